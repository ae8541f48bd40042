// The figures that are asked for first.

import type { Document } from "../data/types";
import { h } from "../dom";
import {
  change,
  count,
  figure,
  gain,
  money,
  NONE,
  number,
  percent,
  plural,
  seconds,
} from "../format";
import { resultClass } from "../parts";
import { explain } from "../tooltip";

interface Tile {
  metric: string;
  title: string;
  text?: string;
  sign?: boolean;
  under: string | null;
}

export function tiles(document: Document): HTMLElement {
  return h(
    "section",
    { class: "tiles", "aria-label": "Headline figures" },
    listOf(document).map((tile) => tileOf(document, tile)),
  );
}

function listOf(document: Document): Tile[] {
  const { metrics, run } = document;
  const { currency } = run;
  const has = (name: string) => metrics[name] ?? null;
  const joined = (...parts: (string | null)[]) => parts.filter(Boolean).join(" · ") || null;
  const when = (name: string, write: (value: number) => string) => {
    const value = has(name);
    return value === null ? null : write(value);
  };
  const profit = document.final_balance - run.wallet;
  return [
    {
      metric: "total_return",
      title: "Return",
      sign: true,
      under: joined(
        when("hold_return", (hold) => `hold ${change(hold)}`),
        when("outperformance", (by) => `${percent(Math.abs(by))} ${by < 0 ? "behind" : "ahead"}`),
      ),
    },
    {
      metric: "max_drawdown",
      title: "Max drawdown",
      under: joined(
        when("max_drawdown_abs", (value) => money(value, currency)),
        when("max_drawdown_duration", (value) => `for ${seconds(value)}`),
      ),
    },
    {
      metric: "sharpe",
      title: "Sharpe",
      under: joined(
        when("sortino", (value) => `Sortino ${number(value, 2)}`),
        when("calmar", (value) => `Calmar ${number(value, 2)}`),
      ),
    },
    {
      metric: "win_rate",
      title: "Win rate",
      under: joined(
        when("wins", (value) => plural(value, "win")),
        when("losses", (value) => plural(value, "loss", "losses")),
      ),
    },
    {
      metric: "profit_factor",
      title: "Profit factor",
      under: when("expectancy", (value) => `${gain(value, currency)} ${currency} a trade`),
    },
    {
      metric: "trades",
      title: "Trades",
      text: count(has("trades") ?? 0),
      under: joined(
        when("trades_per_day", (value) => `${number(value, 0, 1)} a day`),
        when("average_duration", (value) => `held ${seconds(value)}`),
      ),
    },
    {
      metric: "fees_paid",
      title: "Fees",
      under: joined(
        `${percent(run.fee)} a side`,
        when("slippage_paid", (value) =>
          value > 0 ? `slippage ${money(value, currency)}` : "no slippage",
        ),
      ),
    },
    {
      metric: "final_balance",
      title: "Final balance",
      text: money(document.final_balance, currency),
      under: joined(
        `from ${money(run.wallet, currency)}`,
        profit === 0 ? null : gain(profit, currency),
      ),
    },
  ];
}

function tileOf(document: Document, { metric, title, text, sign, under }: Tile): HTMLElement {
  const value = document.metrics[metric] ?? null;
  const info = document.metric_info[metric];
  const unit = info?.unit ?? "ratio";
  const known = value !== null || text !== undefined;
  const shown =
    text ?? (value !== null && sign ? change(value) : figure(value, unit, document.run.currency));
  const name = h("span", { class: "tile-name" }, title);
  return h(
    "div",
    { class: "tile", "data-metric": metric },
    info ? explain(name, info.meaning) : name,
    h("span", { class: `tile-value ${sign ? resultClass(value) : ""}` }, known ? shown : NONE),
    h("span", { class: "tile-under" }, known ? under : document.undefined[metric]),
  );
}
