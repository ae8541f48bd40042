// Where trades lie on a chart: exact times turned into fractions of candles, and which trade is
// under the pointer.

import { rowAt } from "../data/levels";
import type { Trade } from "../data/types";

export interface Placed {
  trade: Trade;
  /** Place on the level's candles, in rows and fractions of a row; whole numbers are centres. */
  open: number;
  close: number;
}

/**
 * A time's place on the candles. An instant on a candle of the tested length stands at the
 * centre of that candle, on longer ones where in it that candle lies.
 */
export function placeOf(time: Float64Array, step: number, tested: number, ms: number): number {
  const at = ms / 1000;
  const row = rowAt(time, at);
  if (row < 0) return 0;
  const within = Math.min(Math.max((at - time[row]!) / step, 0), 1);
  return row + Math.min(within + Math.min(tested / step, 1) / 2, 1) - 0.5;
}

export function placeTrades(
  trades: readonly Trade[],
  time: Float64Array,
  step: number,
  tested: number,
): Placed[] {
  return trades
    .map((trade) => ({
      trade,
      open: placeOf(time, step, tested, trade.open_timestamp),
      close: placeOf(time, step, tested, trade.close_timestamp),
    }))
    .sort((a, b) => a.open - b.open);
}

export function between(placed: readonly Placed[], from: number, to: number): Placed[] {
  return placed.filter((item) => item.open <= to && item.close >= from);
}

/** Profit by the candle in which the trades were closed. */
export function sumsByRow(placed: readonly Placed[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { close, trade } of placed) {
    const row = Math.round(close);
    sums.set(row, (sums.get(row) ?? 0) + trade.profit_abs);
  }
  return sums;
}

/** The distance from a point to a stretch of line, for finding what the pointer is on. */
export function distance(
  point: { x: number; y: number },
  a: { x: number; y: number },
  b: { x: number; y: number },
): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
