// The controls above the table of trades.

import type { Trade } from "../data/types";
import { h } from "../dom";
import { choices } from "../parts";
import { type Filter, NO_FILTER, type Result, type Side } from "../table/select";

export function filterBar(
  trades: readonly Trade[],
  changed: (filter: Filter) => void,
): HTMLElement {
  let filter = NO_FILTER;
  const set = (part: Partial<Filter>) => {
    filter = { ...filter, ...part };
    changed(filter);
  };
  const search = h("input", {
    type: "search",
    placeholder: "Search pair, tag, reason, date, #…",
    "aria-label": "Search trades",
    oninput: () => set({ text: search.value }),
  });
  const pair = picker(
    "Pair",
    "All pairs",
    trades.map((trade) => trade.pair),
    (value) => set({ pair: value }),
  );
  const reason = picker(
    "Exit reason",
    "All exits",
    trades.map((trade) => trade.exit_reason),
    (value) => set({ reason: value }),
  );
  const side = choices<Side>(
    "Side",
    [
      { value: "all", text: "Both", label: "Both sides" },
      { value: "long", text: "Long" },
      { value: "short", text: "Short" },
    ],
    "all",
    (value) => set({ side: value }),
  );
  const results: { value: Result; text: string; label?: string }[] = [
    { value: "all", text: "All", label: "All results" },
    { value: "win", text: "Wins" },
    { value: "loss", text: "Losses" },
  ];
  if (trades.some((trade) => trade.dubious)) results.push({ value: "dubious", text: "Doubtful" });
  const result = choices<Result>("Result", results, "all", (value) => set({ result: value }));
  const bothSides = new Set(trades.map((trade) => trade.is_short)).size > 1;
  return h(
    "div",
    { class: "filters", role: "search", "aria-label": "Filter the trades" },
    search,
    pair,
    reason,
    bothSides ? side.element : null,
    result.element,
  );
}

function picker(
  label: string,
  all: string,
  values: readonly string[],
  choose: (value: string) => void,
): HTMLSelectElement | null {
  const names = [...new Set(values)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (names.length < 2) return null;
  const element: HTMLSelectElement = h(
    "select",
    { "aria-label": label, onchange: () => choose(element.value) },
    h("option", { value: "" }, all),
    names.map((name) => h("option", { value: name }, name)),
  );
  return element;
}
