"""How the page looks: the colours and shapes of the backtest's report, without its fonts."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark;
  --ground: #f3f5f7; --card: #ffffff; --ink: #101a22; --muted: #586570; --line: #e0e5e9;
  --accent: #0a6683; --accent-soft: #e2f0f4; --gain: #0a7d58; --loss: #c8372f;
  --amber: #8a5a00; --amber-soft: #fdf1d8; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #0b1015; --card: #121920; --ink: #e6ecf0; --muted: #95a3ae; --line: #222d36;
  --accent: #48b6d4; --accent-soft: #14303a; --gain: #30c48d; --loss: #f46a60;
  --amber: #f0b84a; --amber-soft: #33270d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 14px/1.5 system-ui,
  -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 48px; }
h1, h2, p { margin: 0; }
h1 { font-size: 26px; font-weight: 650; letter-spacing: -0.02em; }
h2 { margin: 36px 0 12px; font-size: 19px; font-weight: 650; letter-spacing: -0.015em; }
.under, .note { color: var(--muted); }
.under { margin-top: 4px; }
.made { display: inline-block; margin-top: 12px; padding: 4px 12px; border-radius: 6px;
  background: var(--amber-soft); color: var(--amber); }
.cards { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px;
  margin-top: 24px; }
.card, .panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 12px 16px; }
.card span { display: block; color: var(--muted); font-size: 12.5px; }
.card b { font-size: 20px; font-weight: 600; letter-spacing: -0.01em; }
.panel { padding: 14px 18px; overflow-x: auto; }
.gain { color: var(--gain); }
.loss { color: var(--loss); }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { padding: 4px 10px; color: var(--muted); font-weight: 500; text-align: left;
  white-space: nowrap; }
td { padding: 5px 10px; border-top: 1px solid var(--line); white-space: nowrap; }
td.words { white-space: normal; }
.right { text-align: right; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
svg { display: block; width: 100%; height: auto; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.area { fill: var(--accent-soft); opacity: 0.6; }
.rung { stroke: var(--line); }
.begun { stroke: var(--muted); stroke-dasharray: 4 4; }
svg text { fill: var(--muted); font-size: 13px; }
svg .figure { text-anchor: end; }
@media (max-width: 760px) { .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media print { main { max-width: none; padding: 0; } .panel, .card { break-inside: avoid; } }
"""
