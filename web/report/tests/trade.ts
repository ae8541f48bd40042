import type { Trade } from "../src/data/types";

export function trade(index: number, part: Partial<Trade> = {}): Trade {
  return {
    index,
    pair: "BTC/USDT",
    open_timestamp: index * 60_000,
    close_timestamp: index * 60_000 + 60_000,
    open_rate: 100,
    close_rate: 101,
    amount: 1,
    stake_amount: 100,
    profit_ratio: 0.01,
    profit_abs: 1,
    exit_reason: "roi",
    enter_tag: null,
    is_short: false,
    leverage: 1,
    fee_open: 0.001,
    fee_close: 0.001,
    trade_duration: 1,
    min_rate: 99,
    max_rate: 102,
    initial_stop_loss_abs: 95,
    stop_loss_abs: 95,
    fees_paid: 0.2,
    slippage_paid: 0.1,
    dubious: false,
    ...part,
  };
}
