import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import type { ChartHead } from "../src/data/types";
import { historyOf, inflateJson, tradesOf } from "../src/data/unpack";

const HEAD: ChartHead = {
  pair: "BTC/USDT",
  timeframe: "5m",
  tested: { name: "5m", minutes: 5 },
  minutes: 5,
  rows: 2,
  start_s: 600,
  decimals: 1,
  volume_unit: 2,
  indicators: [{ name: "ema", overlay: true, decimals: 2 }],
  origin: "recorded",
};

/** Zigzag codes as four planes, the way the Python side writes a column. */
function planes(...values: number[]): number[] {
  const codes = values.map((value) => (value < 0 ? -2 * value - 1 : 2 * value));
  return [0, 8, 16, 24].flatMap((shift) =>
    codes.map((code) => Math.floor(code / 2 ** shift) % 256),
  );
}

test("candles come out of ticks, differences and planes as they went in", () => {
  const bytes = Uint8Array.from([
    ...planes(0, 2), // the candle in between is missing
    ...planes(1000, -5), // opens: 100.0, then 0.5 below the close before
    ...planes(20, 0),
    ...planes(10, 300),
    ...planes(15, -70_000),
    ...planes(0, 101),
    ...planes(0, 10_050),
    0,
    1, // the indicator's first value is not known
  ]);
  const history = historyOf(HEAD, bytes);
  assert.deepEqual([...history.time], [600, 1200]);
  assert.deepEqual([...history.open], [100, 101]);
  assert.deepEqual([...history.close], [101.5, -6899]);
  assert.deepEqual([...history.high], [103.5, 101]);
  assert.deepEqual([...history.low], [99, -6929]);
  assert.equal(history.volume[0], 0);
  assert.ok(Math.abs(history.volume[1]! - 2 * Math.E) < 1e-12);
  assert.ok(Number.isNaN(history.indicators[0]![0]));
  assert.equal(history.indicators[0]![1], 100.5);
});

test("a chart that was cut short is refused", () => {
  assert.throws(() => historyOf(HEAD, new Uint8Array(20)), /end too early/);
});

test("columns become trades, with names from their list", async () => {
  const packed = {
    rows: 2,
    columns: { pair: { names: ["A", null], codes: [1, 0] }, amount: [1.5, 2] },
  };
  const base64 = deflateSync(JSON.stringify(packed)).toString("base64");
  const trades = tradesOf((await inflateJson(base64)) as typeof packed);
  assert.deepEqual(trades as unknown, [
    { index: 0, pair: null, amount: 1.5 },
    { index: 1, pair: "A", amount: 2 },
  ]);
});
