// Which trades the table shows, and in which order.

import type { Trade } from "../data/types";

export type Result = "all" | "win" | "loss" | "dubious";
export type Side = "all" | "long" | "short";

export interface Filter {
  text: string;
  pair: string;
  side: Side;
  result: Result;
  reason: string;
}

export type SortKey =
  | "index"
  | "pair"
  | "side"
  | "open_timestamp"
  | "close_timestamp"
  | "open_rate"
  | "close_rate"
  | "stake_amount"
  | "trade_duration"
  | "profit_ratio"
  | "profit_abs"
  | "exit_reason"
  | "enter_tag";

export interface Order {
  key: SortKey;
  descending: boolean;
}

export const NO_FILTER: Filter = { text: "", pair: "", side: "all", result: "all", reason: "" };

export function sideOf(trade: Trade): "long" | "short" {
  return trade.is_short ? "short" : "long";
}

export function select(trades: readonly Trade[], filter: Filter, order: Order): Trade[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = trades.filter(
    (trade) =>
      (filter.pair === "" || trade.pair === filter.pair) &&
      (filter.side === "all" || sideOf(trade) === filter.side) &&
      (filter.reason === "" || trade.exit_reason === filter.reason) &&
      matchesResult(trade, filter.result) &&
      matchesWords(trade, words),
  );
  return sort(chosen, order);
}

/** Equal trades keep the order of the run, whichever way the column is sorted. */
export function sort(trades: Trade[], order: Order): Trade[] {
  const sign = order.descending ? -1 : 1;
  return trades.sort((a, b) => {
    const [left, right] = [valueOf(a, order.key), valueOf(b, order.key)];
    const difference =
      typeof left === "number" && typeof right === "number"
        ? left - right
        : String(left).localeCompare(String(right), "en", { numeric: true });
    return difference === 0 ? a.index - b.index : sign * difference;
  });
}

export function summary(trades: readonly Trade[]): {
  wins: number;
  losses: number;
  profit: number;
} {
  let [wins, losses, profit] = [0, 0, 0];
  for (const trade of trades) {
    if (trade.profit_abs > 0) wins++;
    else if (trade.profit_abs < 0) losses++;
    profit += trade.profit_abs;
  }
  return { wins, losses, profit };
}

function valueOf(trade: Trade, key: SortKey): string | number {
  if (key === "side") return sideOf(trade);
  return trade[key] ?? "";
}

function matchesResult(trade: Trade, result: Result): boolean {
  switch (result) {
    case "win":
      return trade.profit_abs > 0;
    case "loss":
      return trade.profit_abs < 0;
    case "dubious":
      return trade.dubious;
    default:
      return true;
  }
}

function matchesWords(trade: Trade, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const date = new Date(trade.open_timestamp).toISOString().slice(0, 16).replace("T", " ");
  const text = [
    `#${trade.index + 1}`, trade.pair, sideOf(trade), trade.exit_reason, trade.enter_tag ?? "", date,
  ].join(" ").toLowerCase(); // prettier-ignore
  return words.every((word) => text.includes(word));
}
