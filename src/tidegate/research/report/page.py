"""The page itself: the built script and style, the document and the charts, in one file."""

from __future__ import annotations

import base64
import hashlib
import html
from importlib import resources
from typing import TYPE_CHECKING, Final

from tidegate.errors import DefectError
from tidegate.feeds.aside import written_aside
from tidegate.research.report.fitting import fit
from tidegate.research.report.packing import as_json, pack_json
from tidegate.research.report.trades_pack import trade_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from tidegate.research.report.chart import ChartData

BUDGET: Final = 10_000_000
"""Bytes that a report may take; candles get coarser to keep within it."""

_CANDLES_AT_LEAST: Final = 0.25  # of the budget, whatever a very long list of trades takes

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Tidegate {version}">
<title>{title}</title>
<link rel="icon" href="data:image/svg+xml;base64,{icon}">
<style>{style}</style>
</head>
<body>
<noscript><p class="noscript">{title}: this report draws itself with the script inside this
file. Allow scripts for it; it makes no request to any network.</p></noscript>
<div id="report"></div>
<script type="application/json" id="tidegate-document">{document}</script>
<script type="text/plain" id="tidegate-trades">{trades}</script>
<script type="application/json" id="tidegate-charts">{charts}</script>
{blobs}<script>{script}</script>
</body>
</html>
"""


def write_html(path: Path, document: Mapping[str, object], charts: Sequence[ChartData]) -> None:
    """Write the report of one backtest: `document` is its JSON result, `charts` its prices.

    A chart that does not fit in the budget is drawn at the finest coarser timeframe that does.
    """
    text = page(document, charts)
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")


def page(
    document: Mapping[str, object], charts: Sequence[ChartData], *, budget: int = BUDGET
) -> str:
    """Return the report as text."""
    assets = resources.files("tidegate.research.report") / "assets"
    script, style = _asset(assets, "report.js"), _asset(assets, "report.css")
    rest = {key: value for key, value in document.items() if key != "trades"}
    body = _inert(as_json(rest))
    trades = pack_json(trade_columns(document))
    left = budget - len(script) - len(style) - len(body.encode()) - len(trades)
    heads, blobs = fit(charts, max(left, int(budget * _CANDLES_AT_LEAST)))
    return _PAGE.format(
        policy=_policy(script, style, _asset(assets, "library.css")),
        version=html.escape(str(document.get("tidegate_version", ""))),
        title=html.escape(_title(document)),
        icon=base64.b64encode(_asset(assets, "icon.svg").encode()).decode("ascii"),
        style=style,
        document=body,
        trades=trades,
        charts=_inert(as_json(heads)),
        blobs="".join(
            f'<script type="text/plain" id="tidegate-chart-{index}">{blob}</script>\n'
            for index, blob in enumerate(blobs)
        ),
        script=script,
    )


def _asset(assets: Traversable, name: str) -> str:
    file = assets / name
    if not file.is_file():
        message = f"the report's {name} is not built: run `npm ci && npm run build` in web/report"
        raise DefectError(message)
    return file.read_text(encoding="utf-8")


def _policy(script: str, *styles: str) -> str:
    """Return a policy that runs this script, applies these styles, and reaches nothing."""
    allowed = " ".join(_digest(style) for style in styles)
    return (
        "default-src 'none'; "
        f"script-src {_digest(script)}; style-src {allowed}; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _inert(json: str) -> str:
    """Return JSON that no HTML parser can end early or take for a comment."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _title(document: Mapping[str, object]) -> str:
    strategy = document.get("strategy")
    name = strategy.get("name") if isinstance(strategy, dict) else None
    return f"{name or 'Backtest'} · Tidegate"
