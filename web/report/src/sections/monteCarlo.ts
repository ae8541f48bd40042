// What else the same trades could have come to.

import { ticks } from "../charts/ticks";
import type { Document, MonteCarlo, Quantile, Quantiles } from "../data/types";
import { h, s } from "../dom";
import { amount, compact, count, percent } from "../format";
import { card, empty } from "../parts";

const [WIDTH, HEIGHT, RIGHT, TOP, BOTTOM] = [560, 270, 52, 10, 26];
const QUANTILES: Quantile[] = ["p5", "p25", "p50", "p75", "p95"];

export function monteCarloCard(document: Document): HTMLElement {
  const { monte_carlo: result, run } = document;
  if (!result || result.undefined || !result.fan || !result.final_balance) {
    return card(null, empty(`No simulation: ${result?.undefined ?? "the document holds none"}.`));
  }
  const {
    final_balance: balance,
    max_drawdown: resampled,
    max_drawdown_shuffled: shuffled,
  } = result;
  const write = (value: number) => amount(value, run.currency);
  const table = h(
    "table",
    { class: "rows quantiles" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("td"),
        ["Worst 5%", "25%", "Median", "75%", "Best 5%"].map((name) =>
          h("th", { scope: "col", class: "num" }, name),
        ),
      ),
    ),
    h(
      "tbody",
      null,
      quantileRow(`Final balance, ${run.currency}`, balance, write, false),
      resampled ? quantileRow("Max drawdown, trades redrawn", resampled, percent, true) : null,
      shuffled ? quantileRow("Max drawdown, trades reordered", shuffled, percent, true) : null,
    ),
  );
  return card(
    null,
    h(
      "div",
      { class: "grid halves chance" },
      fan(result, run.wallet),
      h(
        "div",
        null,
        h("div", { class: "scroll-x" }, table),
        chances(result),
        h("p", { class: "chart-note" }, inWords(result)),
      ),
    ),
  );
}

function quantileRow(
  name: string,
  values: Quantiles,
  write: (value: number) => string,
  highIsWorst: boolean,
): HTMLElement {
  const order = highIsWorst ? [...QUANTILES].reverse() : QUANTILES;
  return h(
    "tr",
    null,
    h("th", { scope: "row" }, name),
    order.map((quantile) => h("td", { class: "num" }, write(values[quantile]))),
  );
}

function chances({
  probability_of_loss: loss,
  probability_of_drawdown: falls,
}: MonteCarlo): HTMLElement {
  const chance = (name: string, probability: number) =>
    h(
      "div",
      null,
      h("dt", null, name),
      h("dd", null, percent(probability, probability > 0 && probability < 0.1 ? 1 : 0)),
    );
  return h(
    "dl",
    { class: "chances" },
    loss === null ? null : chance("Ends at a loss", loss),
    falls.map(({ beyond, probability }) =>
      chance(`Falls by over ${percent(beyond, 0)}`, probability),
    ),
  );
}

function inWords(result: MonteCarlo): string {
  return [
    `${count(result.paths)} runs of the same number of trades, drawn again from these results with seed ${result.seed}`,
    result.basis === "balance" ? ", each as a share of the balance." : ", each as an amount.",
    " Bands hold 50% and 90% of the runs. Chance here knows only these trades: not a market that changes.",
  ].join("");
}

function fan({ fan: bands }: MonteCarlo, wallet: number): SVGElement {
  const { trade, p5, p25, p50, p75, p95 } = bands!;
  const [low, high] = [Math.min(...p5, wallet), Math.max(...p95, wallet)];
  const last = trade.at(-1) || 1;
  const x = (value: number) => (value / last) * (WIDTH - RIGHT);
  const y = (value: number) =>
    HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * (HEIGHT - BOTTOM - TOP);
  const points = (values: number[]) =>
    values.map((value, index) => `${x(trade[index]!).toFixed(1)},${y(value).toFixed(1)}`);
  const area = (lower: number[], upper: number[]) =>
    [...points(upper), ...points(lower).reverse()].join(" ");
  const label = `Spread of the balance over ${count(last)} trades: from ${compact(p5.at(-1)!)} to ${compact(p95.at(-1)!)} in nine runs of ten, median ${compact(p50.at(-1)!)}`;
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "figure", role: "img", "aria-label": label },
    ticks(low, high).map((value) => [
      s("line", { x1: 0, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: "gridline" }),
      s("text", { x: WIDTH - RIGHT + 8, y: y(value) + 4, class: "tick" }, compact(value)),
    ]),
    s("polygon", { points: area(p5, p95), class: "band-wide" }),
    s("polygon", { points: area(p25, p75), class: "band-narrow" }),
    s("line", { x1: 0, x2: WIDTH - RIGHT, y1: y(wallet), y2: y(wallet), class: "zero" }),
    s("polyline", { points: points(p50).join(" "), class: "median" }),
    s("text", { x: 0, y: HEIGHT - 8, class: "tick" }, "first trade"),
    s(
      "text",
      { x: WIDTH - RIGHT, y: HEIGHT - 8, class: "tick", "text-anchor": "end" },
      `trade ${count(last)}`,
    ),
  );
}
