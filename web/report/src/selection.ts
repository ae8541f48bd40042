// The trade that is being looked at, shared by the chart, its side list, the table and the
// address, so that a link can point at a trade.

import type { Trade } from "./data/types";

type Listener = (trade: Trade | null, from: string) => void;

export class Selection {
  private listeners: Listener[] = [];
  current: Trade | null = null;

  constructor(private readonly trades: readonly Trade[]) {}

  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** `from` names who chose, so that a list does not scroll under the hand that clicked it. */
  choose(trade: Trade | null, from: string): void {
    this.current = trade;
    const address = trade ? `#trade-${trade.index + 1}` : location.pathname + location.search;
    if (from !== "address") history.replaceState(null, "", address);
    for (const listener of this.listeners) listener(trade, from);
  }

  chooseFromAddress(): void {
    const match = /^#trade-(\d+)$/.exec(location.hash);
    const trade = match ? this.trades[Number(match[1]) - 1] : undefined;
    if (trade) this.choose(trade, "address");
  }
}
