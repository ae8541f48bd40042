// The columns of the table of trades.

import type { Trade } from "../data/types";
import { type Child, h } from "../dom";
import { amount, change, duration, gain, minute, price } from "../format";
import { resultClass } from "../parts";
import { type SortKey, sideOf } from "../table/select";
import { DUBIOUS } from "./tradeCard";

export interface Column {
  key: SortKey;
  title: (currency: string) => string;
  width: string;
  numeric: boolean;
  cell: (trade: Trade, words: Words) => Child;
  style?: (trade: Trade) => string;
}

/** What the cells need to know beside the trade. */
export interface Words {
  currency: string;
  /** Decimals of each pair's prices, where they are known. */
  decimals: ReadonlyMap<string, number>;
}

const named = (title: string) => () => title;

export const COLUMNS: readonly Column[] = [
  {
    key: "index",
    title: named("#"),
    width: "58px",
    numeric: true,
    cell: (trade) => trade.index + 1,
  },
  {
    key: "pair",
    title: named("Pair"),
    width: "108px",
    numeric: false,
    cell: (trade) => h("b", null, trade.pair),
  },
  {
    key: "side",
    title: named("Side"),
    width: "68px",
    numeric: false,
    cell: (trade) => h("span", { class: `side ${sideOf(trade)}` }, sideOf(trade)),
  },
  {
    key: "open_timestamp",
    title: named("Opened"),
    width: "140px",
    numeric: false,
    cell: (trade) => minute(trade.open_timestamp),
  },
  {
    key: "close_timestamp",
    title: named("Closed"),
    width: "140px",
    numeric: false,
    cell: (trade) => minute(trade.close_timestamp),
  },
  {
    key: "trade_duration",
    title: named("Held"),
    width: "82px",
    numeric: true,
    cell: (trade) => duration(trade.trade_duration),
  },
  {
    key: "open_rate",
    title: named("Entry"),
    width: "98px",
    numeric: true,
    cell: (trade, { decimals }) => price(trade.open_rate, decimals.get(trade.pair)),
  },
  {
    key: "close_rate",
    title: named("Exit"),
    width: "98px",
    numeric: true,
    cell: (trade, { decimals }) => price(trade.close_rate, decimals.get(trade.pair)),
  },
  {
    key: "stake_amount",
    title: named("Stake"),
    width: "92px",
    numeric: true,
    cell: (trade, { currency }) => amount(trade.stake_amount, currency),
  },
  {
    key: "profit_ratio",
    title: named("Profit"),
    width: "84px",
    numeric: true,
    cell: (trade) => change(trade.profit_ratio),
    style: (trade) => `num ${resultClass(trade.profit_ratio)}`,
  },
  {
    key: "profit_abs",
    title: (currency) => currency,
    width: "98px",
    numeric: true,
    cell: (trade, { currency }) => gain(trade.profit_abs, currency),
    style: (trade) => `num ${resultClass(trade.profit_abs)}`,
  },
  {
    key: "exit_reason",
    title: named("Left by"),
    width: "126px",
    numeric: false,
    cell: (trade) => [
      h("span", { class: "clip", title: trade.exit_reason }, trade.exit_reason),
      trade.dubious
        ? h("span", { class: "doubt", title: DUBIOUS, role: "img", "aria-label": DUBIOUS }, "?")
        : null,
    ],
  },
  {
    key: "enter_tag",
    title: named("Entered by"),
    width: "136px",
    numeric: false,
    cell: (trade) =>
      h("span", { class: "clip", title: trade.enter_tag ?? "" }, trade.enter_tag ?? ""),
  },
];
