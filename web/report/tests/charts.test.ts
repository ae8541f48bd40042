import assert from "node:assert/strict";
import { test } from "node:test";
import { between, distance, placeOf, placeTrades, sumsByRow } from "../src/charts/placing";
import { ticks } from "../src/charts/ticks";
import { trade } from "./trade";

const HOURS = Float64Array.of(0, 3600, 7200);

test("on candles of the tested length an instant stands at their centre", () => {
  assert.equal(placeOf(HOURS, 3600, 3600, 3600_000), 1);
});

test("on longer candles it stands where in them the tested candle lies", () => {
  assert.equal(placeOf(HOURS, 3600, 900, 3600_000), 1 - 0.5 + 1 / 8);
  assert.equal(placeOf(HOURS, 3600, 900, (3600 + 1800) * 1000), 1 + 1 / 8);
});

test("an instant before the first candle or in a gap stays on the chart", () => {
  assert.equal(placeOf(HOURS, 3600, 3600, -1000), 0);
  assert.equal(placeOf(HOURS, 3600, 3600, 99 * 3600_000), 2.5);
});

test("trades are found by the stretch they were open", () => {
  const trades = [
    trade(0, { open_timestamp: 0, close_timestamp: 7200_000 }),
    trade(1, { open_timestamp: 7200_000, close_timestamp: 7200_000 }),
  ];
  const placed = placeTrades(trades, HOURS, 3600, 3600);
  assert.equal(between(placed, 1, 1.5).length, 1);
  assert.equal(between(placed, 0, 2).length, 2);
  assert.deepEqual([...sumsByRow(placed)], [[2, 2]]);
});

test("the pointer is measured against the line, not against its endless extension", () => {
  const [a, b] = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ];
  assert.equal(distance({ x: 5, y: 3 }, a, b), 3);
  assert.equal(distance({ x: 13, y: 4 }, a, b), 5);
  assert.equal(distance({ x: 3, y: 4 }, a, a), 5);
});

test("ticks are round, cover the range and include zero", () => {
  assert.deepEqual(
    ticks(-0.03, 0.09).map((value) => value.toFixed(2)),
    ["-0.02", "0.00", "0.02", "0.04", "0.06", "0.08"],
  );
  assert.deepEqual(ticks(8000, 12500), [8000, 9000, 10000, 11000, 12000]);
  assert.deepEqual(ticks(5, 5), [5]);
});
