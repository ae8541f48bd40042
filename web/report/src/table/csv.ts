// The trades on show, as a file for a spreadsheet.

import type { Trade } from "../data/types";

const FIELDS = [
  "pair", "open_date", "close_date", "is_short", "enter_tag", "exit_reason", "open_rate",
  "close_rate", "amount", "stake_amount", "profit_ratio", "profit_abs", "leverage", "fee_open",
  "fee_close", "fees_paid", "slippage_paid", "trade_duration", "min_rate", "max_rate",
  "initial_stop_loss_abs", "stop_loss_abs", "dubious", "open_timestamp", "close_timestamp",
] as const; // prettier-ignore

export function csvOf(trades: readonly Trade[]): string {
  const lines = trades.map((trade) => FIELDS.map((name) => cell(valueOf(trade, name))).join(","));
  return [FIELDS.join(","), ...lines, ""].join("\n");
}

function valueOf(trade: Trade, name: (typeof FIELDS)[number]): unknown {
  switch (name) {
    case "open_date":
      return iso(trade.open_timestamp);
    case "close_date":
      return iso(trade.close_timestamp);
    default:
      return trade[name];
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "+00:00");
}

// A text that a spreadsheet would take for a formula gets an apostrophe in front: reports are
// sent round, and a name in one must not be able to run anything.
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
