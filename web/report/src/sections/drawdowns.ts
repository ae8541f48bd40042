// The deepest falls of the balance.

import type { Document } from "../data/types";
import { h } from "../dom";
import { amount, day, percent, seconds } from "../format";
import { card, empty } from "../parts";

export function drawdownCard(
  document: Document,
  look: (from: number, to: number) => void,
): HTMLElement {
  const { drawdowns, run } = document;
  const title = "Deepest drawdowns";
  if (drawdowns.length === 0)
    return card(title, empty("The balance never fell below an earlier high."));
  const deepest = Math.max(...drawdowns.map(({ depth }) => depth));
  const end = Date.parse(run.end);
  return card(
    title,
    h(
      "div",
      { class: "scroll-x" },
      h(
        "table",
        { class: "rows" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            ["From", "Lowest", "Recovered"].map((name) => h("th", { scope: "col" }, name)),
            ["Length", `Depth, ${run.currency}`, "Depth"].map((name) =>
              h("th", { scope: "col", class: "num" }, name),
            ),
            h("td", { class: "bar-head" }),
          ),
        ),
        h(
          "tbody",
          null,
          drawdowns.map((fall) => {
            const [from, to] = [
              Date.parse(fall.start),
              fall.recovery ? Date.parse(fall.recovery) : end,
            ];
            return h(
              "tr",
              null,
              h(
                "th",
                { scope: "row" },
                h(
                  "button",
                  {
                    type: "button",
                    class: "link",
                    "aria-label": `Show the drawdown from ${day(from)} on the balance`,
                    onclick: () => look(from, to),
                  },
                  day(from),
                ),
              ),
              h("td", null, day(Date.parse(fall.trough))),
              h(
                "td",
                { class: fall.recovery ? null : "loss" },
                fall.recovery ? day(to) : "not yet",
              ),
              h("td", { class: "num" }, seconds(fall.length_s)),
              h("td", { class: "num" }, amount(fall.depth_abs, run.currency)),
              h("td", { class: "num loss" }, percent(fall.depth)),
              h(
                "td",
                { class: "bar-cell" },
                h(
                  "span",
                  { class: "depth", "aria-hidden": "true" },
                  h("span", { style: { width: `${(fall.depth / deepest) * 100}%` } }),
                ),
              ),
            );
          }),
        ),
      ),
    ),
  );
}
