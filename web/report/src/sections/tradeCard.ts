// One trade in full, as a card and as a sentence.

import type { Trade } from "../data/types";
import { type Child, h } from "../dom";
import { amount, change, duration, gain, minute, money, number, percent, price } from "../format";
import { resultClass } from "../parts";
import { sideOf } from "../table/select";

export const DUBIOUS =
  "One candle held both the stop and the target; which came first cannot be known. The worse was taken.";

export function tradeCard(trade: Trade, currency: string): HTMLElement {
  const row = (name: string, value: Child) =>
    h("div", null, h("dt", null, name), h("dd", null, value));
  return h(
    "div",
    { class: "trade-card" },
    h(
      "p",
      { class: "trade-title" },
      h("b", null, `#${trade.index + 1} ${trade.pair}`),
      h("span", { class: `side ${sideOf(trade)}` }, sideOf(trade)),
      h(
        "b",
        { class: resultClass(trade.profit_abs) },
        `${change(trade.profit_ratio)}  ${gain(trade.profit_abs, currency)} ${currency}`,
      ),
    ),
    h(
      "dl",
      null,
      row("Entry", `${price(trade.open_rate)}, ${minute(trade.open_timestamp)}`),
      row("Exit", `${price(trade.close_rate)}, ${minute(trade.close_timestamp)}`),
      row("Held", duration(trade.trade_duration)),
      row("Left by", trade.exit_reason),
      trade.enter_tag ? row("Entered by", trade.enter_tag) : null,
      row(
        "Stake",
        `${money(trade.stake_amount, currency)}${trade.leverage > 1 ? ` at ${number(trade.leverage, 0, 2)}×` : ""}`,
      ),
      costs(trade, currency, row),
      reach(trade, row),
      trade.initial_stop_loss_abs ? row("Stop", stops(trade)) : null,
      trade.dubious ? row("Doubtful", DUBIOUS) : null,
    ),
  );
}

export function tradeInWords(trade: Trade, currency: string): string {
  return [
    `trade ${trade.index + 1}, ${sideOf(trade)} ${trade.pair},`,
    `entered ${minute(trade.open_timestamp)} at ${price(trade.open_rate)},`,
    `left ${minute(trade.close_timestamp)} at ${price(trade.close_rate)} by ${trade.exit_reason},`,
    `${change(trade.profit_ratio)}, ${gain(trade.profit_abs, currency)} ${currency}.`,
  ].join(" ");
}

type RowOf = (name: string, value: Child) => HTMLElement;

function costs(trade: Trade, currency: string, row: RowOf): Child {
  if (trade.fees_paid === null) return null;
  const slippage = trade.slippage_paid
    ? ` + ${amount(trade.slippage_paid, currency)} slippage`
    : "";
  return row("Costs", `${amount(trade.fees_paid, currency)} fees${slippage}`);
}

// How far the price went against and with the position while it was open.
function reach(trade: Trade, row: RowOf): Child {
  if (trade.min_rate === null || trade.max_rate === null) return null;
  const [worst, best] = trade.is_short
    ? [trade.max_rate, trade.min_rate]
    : [trade.min_rate, trade.max_rate];
  const move = (rate: number) => percent(Math.abs(rate / trade.open_rate - 1));
  return row("Reach", `${move(worst)} against, ${move(best)} in favour`);
}

function stops(trade: Trade): string {
  const [first, last] = [trade.initial_stop_loss_abs, trade.stop_loss_abs];
  if (first === null) return "none";
  return last === null || last === first
    ? price(first)
    : `${price(first)}, at the end ${price(last)}`;
}
