import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../src/table/csv";
import { NO_FILTER, type Order, select, summary } from "../src/table/select";
import { sliceOf } from "../src/table/virtual";
import { trade } from "./trade";

const BY_TIME: Order = { key: "open_timestamp", descending: false };
const ids = (trades: { index: number }[]) => trades.map(({ index }) => index);

const TRADES = [
  trade(0, { profit_abs: 5, profit_ratio: 0.05 }),
  trade(1, { profit_abs: -3, profit_ratio: -0.03, pair: "ETH/USDT", exit_reason: "stop_loss" }),
  trade(2, { profit_abs: 0, profit_ratio: 0, is_short: true, enter_tag: "Dip Buyer" }),
  trade(3, { profit_abs: 5, profit_ratio: 0.05, dubious: true }),
];

test("filters narrow by pair, side, result and reason, all at once", () => {
  const with_ = (part: object) => ids(select(TRADES, { ...NO_FILTER, ...part }, BY_TIME));
  assert.deepEqual(with_({}), [0, 1, 2, 3]);
  assert.deepEqual(with_({ pair: "ETH/USDT" }), [1]);
  assert.deepEqual(with_({ side: "short" }), [2]);
  assert.deepEqual(with_({ result: "win" }), [0, 3]);
  assert.deepEqual(with_({ result: "loss" }), [1]);
  assert.deepEqual(with_({ result: "dubious" }), [3]);
  assert.deepEqual(with_({ reason: "stop_loss" }), [1]);
  assert.deepEqual(with_({ pair: "ETH/USDT", result: "win" }), []);
});

test("a search wants every word, in any case and any column", () => {
  const found = (text: string) => ids(select(TRADES, { ...NO_FILTER, text }, BY_TIME));
  assert.deepEqual(found("dip btc"), [2]);
  assert.deepEqual(found("  ETH  "), [1]);
  assert.deepEqual(found("1970-01-01 00:03"), [3]);
  assert.deepEqual(found("#2"), [1]);
  assert.deepEqual(found("dip eth"), []);
});

test("sorting keeps the order of the run among equals, both ways", () => {
  const sorted = (order: Order) => ids(select(TRADES, NO_FILTER, order));
  assert.deepEqual(sorted({ key: "profit_abs", descending: true }), [0, 3, 2, 1]);
  assert.deepEqual(sorted({ key: "profit_abs", descending: false }), [1, 2, 0, 3]);
  assert.deepEqual(sorted({ key: "pair", descending: true }), [1, 0, 2, 3]);
  assert.deepEqual(sorted({ key: "side", descending: true }), [2, 0, 1, 3]);
});

test("the trades handed in are left as they were", () => {
  select(TRADES, NO_FILTER, { key: "profit_abs", descending: true });
  assert.deepEqual(ids(TRADES), [0, 1, 2, 3]);
});

test("the summary counts what is neither won nor lost as neither", () => {
  assert.deepEqual(summary(TRADES), { wins: 2, losses: 1, profit: 7 });
});

test("only the rows in view and a few spare ones exist", () => {
  const slice = sliceOf(20_000, 36_000, 560, 36);
  assert.deepEqual(slice, { first: 988, last: 1028, above: 988 * 36, below: (20_000 - 1028) * 36 });
  assert.deepEqual(sliceOf(3, 0, 560, 36), { first: 0, last: 3, above: 0, below: 0 });
  assert.deepEqual(sliceOf(0, 0, 560, 36), { first: 0, last: 0, above: 0, below: 0 });
});

test("scrolling beyond a list that became short shows its end", () => {
  assert.deepEqual(sliceOf(5, 90_000, 560, 36), { first: 5, last: 5, above: 180, below: 0 });
});

test("CSV quotes what needs it and disarms what a spreadsheet would run", () => {
  const text = csvOf([
    trade(0, {
      enter_tag: '=HYPERLINK("http://x")',
      exit_reason: 'a,"b"',
      profit_abs: -1.5,
      min_rate: null,
    }),
  ]);
  const [head, row, end] = text.split("\n");
  assert.ok(head!.startsWith("pair,open_date,close_date,is_short,enter_tag,exit_reason"));
  assert.ok(
    row!.startsWith(
      'BTC/USDT,1970-01-01T00:00:00+00:00,1970-01-01T00:01:00+00:00,false,"\'=HYPERLINK(""http://x"")","a,""b""",100',
    ),
  );
  assert.ok(row!.includes(",-1.5,"), "a negative number stays a number");
  assert.ok(row!.includes(",,102,"), "what is not known is empty");
  assert.equal(end, "");
});
