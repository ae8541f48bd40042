// How the trades' results are spread.

import { ticks } from "../charts/ticks";
import type { Distribution, Document } from "../data/types";
import { h, s } from "../dom";
import { change, count, percent, plural } from "../format";
import { card, empty } from "../parts";

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [560, 250, 8, 18, 26];

export function distributionCard(document: Document): HTMLElement {
  const { distribution, metrics } = document;
  const title = "Results of the trades";
  if (!distribution || distribution.counts.length === 0) {
    return card(title, empty("Without trades there is nothing to spread out."));
  }
  const note = [
    outside(distribution),
    typeof metrics["average_profit_ratio"] === "number"
      ? `mean ${change(metrics["average_profit_ratio"])}`
      : "",
    typeof metrics["median_profit_ratio"] === "number"
      ? `median ${change(metrics["median_profit_ratio"])}`
      : "",
  ].filter(Boolean);
  return card(
    title,
    histogram(distribution),
    h("p", { class: "chart-note" }, `${note.join("; ")}.`),
  );
}

function outside({ below, above, edges }: Distribution): string {
  const parts = [];
  if (below > 0) parts.push(`${plural(below, "trade")} below ${change(edges[0]!, 1)}`);
  if (above > 0) parts.push(`${plural(above, "trade")} above ${change(edges.at(-1)!, 1)}`);
  return parts.length > 0
    ? `Outside the picture: ${parts.join(", ")}`
    : "Number of trades by profit";
}

function histogram({ edges, counts }: Distribution): SVGElement {
  const most = Math.max(...counts, 1);
  const [from, to] = [edges[0]!, edges.at(-1)!];
  const x = (value: number) => LEFT + ((value - from) / (to - from || 1)) * (WIDTH - 2 * LEFT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP);
  const losing = counts.reduce(
    (sum, size, index) => (edges[index + 1]! <= 0 ? sum + size : sum),
    0,
  );
  const label = `Histogram of ${count(counts.reduce((a, b) => a + b, 0))} trades by profit, ${count(losing)} of them at a loss`;
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "figure", role: "img", "aria-label": label },
    counts.map((size, index) => {
      const [left, right] = [x(edges[index]!), x(edges[index + 1]!)];
      return s(
        "rect",
        {
          x: left + 0.75, width: Math.max(0.5, right - left - 1.5), y: y(size),
          height: HEIGHT - BOTTOM - y(size), rx: 1.5,
          class: edges[index]! >= 0 ? "fill-gain" : "fill-loss",
        }, // prettier-ignore
        s(
          "title",
          null,
          `${change(edges[index]!)} to ${change(edges[index + 1]!)}: ${plural(size, "trade")}`,
        ),
      );
    }),
    s("line", {
      x1: LEFT,
      x2: WIDTH - LEFT,
      y1: HEIGHT - BOTTOM,
      y2: HEIGHT - BOTTOM,
      class: "axis",
    }),
    from < 0 && to > 0
      ? s("line", { x1: x(0), x2: x(0), y1: TOP - 6, y2: HEIGHT - BOTTOM, class: "zero" })
      : null,
    ticks(from, to).map((value) =>
      s(
        "text",
        { x: x(value), y: HEIGHT - 8, class: "tick", "text-anchor": anchor(value, from, to) },
        percent(value, decimalsFor(to - from)),
      ),
    ),
    s("text", { x: LEFT, y: 11, class: "tick" }, plural(most, "trade")),
  );
}

function decimalsFor(range: number): number {
  return range >= 0.06 ? 0 : range >= 0.006 ? 1 : 2;
}

function anchor(value: number, from: number, to: number): string {
  const place = (value - from) / (to - from || 1);
  return place < 0.05 ? "start" : place > 0.95 ? "end" : "middle";
}
