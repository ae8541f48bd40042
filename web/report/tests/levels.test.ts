import assert from "node:assert/strict";
import { test } from "node:test";
import {
  levelForTrade,
  levelsFor,
  resample,
  rowAt,
  startLevel,
  windowAround,
} from "../src/data/levels";
import type { History } from "../src/data/unpack";

const YEAR = 366 * 86400;
const names = (levels: { name: string }[]) => levels.map(({ name }) => name);

function history(step: number, rows: number[][]): History {
  const column = (index: number) => Float64Array.from(rows, (row) => row[index]!);
  return {
    step,
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    indicators: [column(6)],
  };
}

test("levels are the packed length and what it divides, as long as a few candles remain", () => {
  assert.deepEqual(names(levelsFor({ name: "1m", minutes: 1 }, YEAR)), [
    "1m",
    "5m",
    "15m",
    "1h",
    "4h",
    "1d",
    "1w",
  ]);
  assert.deepEqual(names(levelsFor({ name: "3m", minutes: 3 }, YEAR)), [
    "3m",
    "15m",
    "1h",
    "4h",
    "1d",
    "1w",
  ]);
  assert.deepEqual(names(levelsFor({ name: "1h", minutes: 60 }, 2 * 86400)), ["1h", "4h"]);
});

test("a chart starts at the shortest candles that show the whole range", () => {
  const levels = levelsFor({ name: "1m", minutes: 1 }, YEAR);
  assert.equal(startLevel(levels, YEAR).name, "1d");
  assert.equal(startLevel(levels, 7 * 3600).name, "1m");
  assert.equal(startLevel([{ name: "1m", minutes: 1 }], YEAR).name, "1m");
});

test("a trade is looked at in the shortest candles that hold it", () => {
  const levels = levelsFor({ name: "1m", minutes: 1 }, YEAR);
  assert.equal(levelForTrade(levels, 45).name, "1m");
  assert.equal(levelForTrade(levels, 121).name, "5m");
  assert.equal(levelForTrade(levels, 100 * 10080 * 9).name, "1w");
});

test("longer candles hold the extremes of the shorter ones, over gaps too", () => {
  const base = history(60, [
    [240, 10, 12, 9, 11, 1, 1],
    [300, 11, 15, 10, 14, 2, 2],
    [420, 14, 14, 5, 6, 3, 3], // 360 is missing
    [900, 6, 7, 6, 7, 4, 4],
  ]);
  const longer = resample(base, 300);
  assert.deepEqual([...longer.time], [0, 300, 900]);
  assert.deepEqual([...longer.open], [10, 11, 6]);
  assert.deepEqual([...longer.high], [12, 15, 7]);
  assert.deepEqual([...longer.low], [9, 5, 6]);
  assert.deepEqual([...longer.close], [11, 6, 7]);
  assert.deepEqual([...longer.volume], [1, 5, 4]);
  assert.deepEqual([...longer.indicators[0]!], [1, 3, 4]);
});

test("weeks open on Mondays", () => {
  const monday = Date.UTC(2024, 0, 8) / 1000;
  const base = history(86400, [
    [monday - 86400, 1, 1, 1, 1, 1, 1],
    [monday, 1, 1, 1, 1, 1, 1],
  ]);
  assert.deepEqual([...resample(base, 7 * 86400).time], [monday - 7 * 86400, monday]);
});

test("the row of an instant is the last that opened by then", () => {
  const time = Float64Array.of(10, 20, 30);
  assert.deepEqual(
    [9, 10, 19, 20, 99].map((at) => rowAt(time, at)),
    [-1, 0, 0, 1, 2],
  );
});

test("a window keeps inside the rows", () => {
  assert.deepEqual(windowAround(100, 50, 200), { from: 0, to: 100 });
  assert.deepEqual(windowAround(1000, 500, 200), { from: 400, to: 600 });
  assert.deepEqual(windowAround(1000, 10, 200), { from: 0, to: 200 });
  assert.deepEqual(windowAround(1000, 990, 200), { from: 800, to: 1000 });
});
