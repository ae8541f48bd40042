// The trades of the pair on the chart, beside it: the latest, the best and the worst.

import type { Document, Trade } from "../data/types";
import { h, replace } from "../dom";
import { change, minute, plural } from "../format";
import { choices, empty, resultClass } from "../parts";
import type { Selection } from "../selection";
import { sideOf } from "../table/select";

type View = "recent" | "best" | "worst";

const LISTED = 100;

const ORDERS: Record<View, (a: Trade, b: Trade) => number> = {
  recent: (a, b) => b.close_timestamp - a.close_timestamp,
  best: (a, b) => b.profit_ratio - a.profit_ratio,
  worst: (a, b) => a.profit_ratio - b.profit_ratio,
};

export function sideList(document: Document, selection: Selection) {
  const list = h("ol", { class: "side-trades" });
  const heading = h("h3");
  let trades: readonly Trade[] = [];
  let view: View = "recent";

  const mark = (trade: Trade | null) => {
    for (const item of list.querySelectorAll("button")) {
      item.setAttribute("aria-current", String(item.dataset["trade"] === String(trade?.index)));
    }
  };
  const fill = () => {
    const listed = [...trades].sort(ORDERS[view]).slice(0, LISTED);
    replace(
      list,
      listed.map((trade) => h("li", null, item(trade, selection))),
    );
    if (listed.length === 0) replace(list, h("li", null, empty("No trades on this pair.")));
    mark(selection.current);
  };
  const { element: tabs } = choices<View>(
    "Trades listed",
    [
      { value: "recent", text: "Recent" },
      { value: "best", text: "Best" },
      { value: "worst", text: "Worst" },
    ],
    view,
    (value) => {
      view = value;
      fill();
    },
  );
  selection.on(mark);
  return {
    element: h(
      "aside",
      { class: "side-panel", "aria-label": "Trades of this pair" },
      heading,
      tabs,
      list,
    ),
    show: (pair: string, shown: readonly Trade[]) => {
      trades = shown;
      replace(
        heading,
        `${plural(shown.length, "trade")} on ${document.run.pairs.length > 1 ? pair : "the chart"}`,
      );
      fill();
    },
  };
}

function item(trade: Trade, selection: Selection): HTMLElement {
  const side = sideOf(trade);
  return h(
    "button",
    { type: "button", "data-trade": trade.index, onclick: () => selection.choose(trade, "side") },
    h("span", { class: `arrow ${side}`, "aria-label": side }, side === "long" ? "▲" : "▼"),
    h("span", { class: "side-when" }, minute(trade.open_timestamp)),
    h(
      "span",
      { class: `side-profit ${resultClass(trade.profit_abs)}` },
      change(trade.profit_ratio),
    ),
    h("span", { class: "side-reason" }, trade.exit_reason),
  );
}
