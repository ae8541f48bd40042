// Candle lengths that a chart can show, made in the browser from the packed ones.

import type { History } from "./unpack";

export interface Level {
  name: string;
  minutes: number;
}

const LADDER: readonly Level[] = [
  { name: "1m", minutes: 1 },
  { name: "5m", minutes: 5 },
  { name: "15m", minutes: 15 },
  { name: "1h", minutes: 60 },
  { name: "4h", minutes: 240 },
  { name: "1d", minutes: 1440 },
  { name: "1w", minutes: 10080 },
];
const WEEK = 7 * 86400;
const FIRST_MONDAY = 4 * 86400; // 1970-01-05
const READABLE = 500; // candles side by side that an eye can tell apart
const FEWEST = 8; // candles below which a level shows nothing

/** The packed length first, then every longer one that it divides and that still shows a shape. */
export function levelsFor(base: Level, seconds: number): Level[] {
  const longer = LADDER.filter(
    (level) =>
      level.minutes > base.minutes &&
      level.minutes % base.minutes === 0 &&
      seconds / (level.minutes * 60) >= FEWEST,
  );
  return [base, ...longer];
}

/** The shortest candles at which the whole range is readable at once. */
export function startLevel(levels: readonly Level[], seconds: number): Level {
  const fits = levels.find((level) => seconds / (level.minutes * 60) <= READABLE);
  return fits ?? levels[levels.length - 1]!;
}

/** The shortest candles at which a trade of this length spans no more than `most` of them. */
export function levelForTrade(levels: readonly Level[], minutes: number, most = 120): Level {
  return levels.find((level) => minutes / level.minutes <= most) ?? levels[levels.length - 1]!;
}

export function resample(history: History, step: number): History {
  if (step === history.step) return history;
  const rows = history.time.length;
  const anchor = step === WEEK ? FIRST_MONDAY : 0;
  const bucketOf = (time: number) => Math.floor((time - anchor) / step);
  const starts: number[] = [];
  let current = Number.NaN;
  for (let i = 0; i < rows; i++) {
    const bucket = bucketOf(history.time[i]!);
    if (bucket !== current) {
      starts.push(i);
      current = bucket;
    }
  }
  const longer: History = {
    step,
    time: new Float64Array(starts.length),
    open: new Float64Array(starts.length),
    high: new Float64Array(starts.length),
    low: new Float64Array(starts.length),
    close: new Float64Array(starts.length),
    volume: new Float64Array(starts.length),
    indicators: history.indicators.map(() => new Float64Array(starts.length)),
  };
  starts.forEach((from, k) => {
    const to = starts[k + 1] ?? rows;
    let [high, low, volume] = [-Infinity, Infinity, 0];
    for (let i = from; i < to; i++) {
      high = Math.max(high, history.high[i]!);
      low = Math.min(low, history.low[i]!);
      volume += history.volume[i]!;
    }
    longer.time[k] = bucketOf(history.time[from]!) * step + anchor;
    longer.open[k] = history.open[from]!;
    longer.high[k] = high;
    longer.low[k] = low;
    longer.close[k] = history.close[to - 1]!;
    longer.volume[k] = volume;
    history.indicators.forEach((values, n) => {
      longer.indicators[n]![k] = values[to - 1]!;
    });
  });
  return longer;
}

/** The last row that opened at or before this time; -1 before the first. */
export function rowAt(time: Float64Array, seconds: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface Window {
  from: number;
  to: number;
}

/** The rows to hand to the chart so that `centre` has room on both sides. */
export function windowAround(rows: number, centre: number, size: number): Window {
  if (rows <= size) return { from: 0, to: rows };
  const from = Math.min(Math.max(0, Math.round(centre - size / 2)), rows - size);
  return { from, to: from + size };
}
