// Return by month and year.

import type { Document, Year } from "../data/types";
import { h } from "../dom";
import { change, NONE, signed, number } from "../format";
import { card, empty, resultClass } from "../parts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STRONG = 0.85; // share of full colour that the largest month gets

export function monthlyCard({ monthly }: Document): HTMLElement {
  if (monthly.length === 0) return card("Return by month", empty("The period holds no month."));
  const all = monthly.flatMap((year) => year.months.filter((month) => month !== null));
  const largest = Math.max(...all.map(Math.abs), 1e-9);
  return card(
    "Return by month",
    h(
      "div",
      { class: "scroll-x" },
      h(
        "table",
        { class: "heat" },
        h(
          "caption",
          { class: "unseen" },
          "Return of the whole wallet by year and month, in percent",
        ),
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("th", { scope: "col" }, "Year"),
            [...MONTHS, "Total"].map((name) => h("th", { scope: "col" }, name)),
          ),
        ),
        h(
          "tbody",
          null,
          monthly.map((year) => yearRow(year, largest)),
        ),
      ),
    ),
    h(
      "p",
      { class: "chart-note" },
      "In percent of the balance at the start of each month or year.",
    ),
  );
}

function yearRow(year: Year, largest: number): HTMLElement {
  return h(
    "tr",
    null,
    h("th", { scope: "row" }, year.year),
    year.months.map((value, index) => cell(value, largest, year.undefined?.[String(index + 1)])),
    h(
      "td",
      { class: `total ${resultClass(year.return)}`, title: year.undefined?.["return"] ?? null },
      year.return === null ? NONE : change(year.return, 1),
    ),
  );
}

function cell(value: number | null, largest: number, why: string | undefined): HTMLElement {
  if (value === null) return h("td", { class: "none", title: why ?? null }, NONE);
  const share = Math.sqrt(Math.abs(value) / largest) * STRONG;
  return h(
    "td",
    {
      class: `heat-cell ${resultClass(value)}`,
      style: { "--share": `${Math.round(share * 100)}%` },
    },
    signed(number(value * 100, 1), value),
  );
}
