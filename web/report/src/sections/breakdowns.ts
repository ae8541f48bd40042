// Where the profit came from.

import type { Document, Row } from "../data/types";
import { h } from "../dom";
import { count, gain, NONE, percent, seconds } from "../format";
import { balanceBar, card, empty, resultClass, section } from "../parts";

const FIRST_ROWS = 10;

export function breakdownSection(document: Document): HTMLElement {
  const { breakdowns } = document;
  const rows = (name: string) => breakdowns[name] ?? [];
  const text = {
    id: "breakdown",
    title: "Breakdown",
    note: "Profit by what was traded, why, and when; times are those of the entry.",
  };
  const traded = Object.values(breakdowns).some((list) => list.some((row) => row.trades > 0));
  if (!traded) return section(text, null, empty("There are no trades to break down."));
  const byProfit = (list: Row[]) => [...list].sort((a, b) => b.profit_abs - a.profit_abs);
  const table = (title: string, heading: string, list: Row[]) =>
    breakdownTable(document, { title, heading, rows: list });
  const hours = rows("hour");
  return section(
    text,
    null,
    h(
      "div",
      { class: "grid thirds" },
      table("Pair", "Pair", byProfit(rows("pair"))),
      table("Entry", "Tag", byProfit(rows("enter_tag"))),
      table("Exit", "Reason", byProfit(rows("exit_reason"))),
    ),
    h(
      "div",
      { class: "grid thirds" },
      h(
        "div",
        { class: "stack" },
        table("Side", "Side", rows("side")),
        table("Weekday", "Day", rows("weekday")),
      ),
      hours.length === 0
        ? null
        : card(
            "Hour of entry (UTC)",
            h(
              "div",
              { class: "grid halves tight" },
              plainTable(document, "Hour", hours.slice(0, 12), hours),
              plainTable(document, "Hour", hours.slice(12), hours),
            ),
          ),
    ),
  );
}

interface Breakdown {
  title: string;
  heading: string;
  rows: Row[];
}

function breakdownTable(document: Document, { title, heading, rows }: Breakdown): HTMLElement {
  if (rows.length === 0) return card(title, empty("None."));
  const table = plainTable(document, heading, rows, rows);
  const scroller = h("div", { class: "scroll-x" }, table);
  if (rows.length <= FIRST_ROWS) return card(title, scroller);
  table.classList.add("shortened");
  const more = h(
    "button",
    {
      type: "button",
      class: "button more",
      "aria-expanded": "false",
      onclick: () => {
        const short = table.classList.toggle("shortened");
        more.setAttribute("aria-expanded", String(!short));
        more.textContent = short ? `All ${rows.length}` : "Fewer";
      },
    },
    `All ${rows.length}`,
  );
  return card(title, scroller, more);
}

function plainTable(
  document: Document,
  heading: string,
  rows: Row[],
  all: Row[],
): HTMLTableElement {
  const largest = Math.max(...all.map((row) => Math.abs(row.profit_abs)), 0);
  const { currency } = document.run;
  return h(
    "table",
    { class: "rows breakdown" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        h("th", { scope: "col" }, heading),
        h("th", { scope: "col", class: "num" }, "Trades"),
        h("th", { scope: "col", class: "num" }, "Won"),
        h("th", { scope: "col", class: "num" }, `Profit, ${currency}`),
        h("td", { class: "bar-head" }),
      ),
    ),
    h(
      "tbody",
      null,
      rows.map((row) =>
        h(
          "tr",
          { title: details(row), class: row.trades === 0 ? "idle" : null },
          h("th", { scope: "row", title: row.key }, row.key),
          h("td", { class: "num" }, count(row.trades)),
          h("td", { class: "num" }, row.win_rate === null ? NONE : percent(row.win_rate, 0)),
          h(
            "td",
            { class: `num ${resultClass(row.profit_abs)}` },
            row.trades === 0 ? NONE : gain(row.profit_abs, currency),
          ),
          h("td", { class: "bar-cell" }, balanceBar(row.profit_abs, largest)),
        ),
      ),
    ),
  );
}

function details(row: Row): string {
  const parts = [`${count(row.wins)} won, ${count(row.losses)} lost`];
  if (row.profit_factor !== null) parts.push(`profit factor ${row.profit_factor.toFixed(2)}`);
  if (row.profit_ratio_mean !== null) parts.push(`mean ${percent(row.profit_ratio_mean)}`);
  if (row.average_duration_s !== null) parts.push(`held ${seconds(row.average_duration_s)}`);
  return parts.join("; ");
}
