import assert from "node:assert/strict";
import { test } from "node:test";
import {
  change,
  compact,
  duration,
  figure,
  gain,
  money,
  number,
  plain,
  price,
  seconds,
} from "../src/format";

test("numbers have separators, a real minus, and no sign on a rounded zero", () => {
  assert.equal(number(1234567.891, 2), "1,234,567.89");
  assert.equal(number(-12.5, 1), "−12.5");
  assert.equal(number(-0.001, 2), "0.00");
  assert.equal(change(0.0512), "+5.12%");
  assert.equal(change(-0.0512), "−5.12%");
  assert.equal(change(0.00001), "0.00%");
});

test("money has the decimals of its currency", () => {
  assert.equal(money(1234.5, "USDT"), "1,234.50 USDT");
  assert.equal(money(0.01234567, "BTC"), "0.01234567 BTC");
  assert.equal(gain(3, "USDT"), "+3.00");
});

test("prices keep what the eye needs of small coins", () => {
  assert.equal(price(43215.9), "43,215.9");
  assert.equal(price(0.00001234), "0.00001234");
  assert.equal(price(43215.9, 2), "43,215.90");
  assert.equal(price(0), "0");
});

test("times are written in the two largest units", () => {
  assert.equal(duration(45), "45m");
  assert.equal(duration(125), "2h 5m");
  assert.equal(duration(4 * 1440 + 60), "4d 1h");
  assert.equal(duration(1440), "1d");
  assert.equal(duration(0), "0s");
  assert.equal(seconds(0.0042), "4.2 ms");
  assert.equal(seconds(12.34), "12.3s");
});

test("a figure follows its unit, and an undefined one is a dash", () => {
  assert.equal(figure(null, "percent", "USDT"), "–");
  assert.equal(figure(0.05, "percent", "USDT"), "5.00%");
  assert.equal(figure(5, "currency", "USDT"), "5.00 USDT");
  assert.equal(figure(3, "count", "USDT"), "3");
  assert.equal(figure(86400, "duration", "USDT"), "1d");
  assert.equal(figure(0.0123, "ratio", "USDT"), "0.0123");
});

test("volumes are short", () => {
  assert.equal(compact(1234567), "1.23M");
  assert.equal(compact(950), "950");
});

test("copied text is plain", () => {
  assert.equal(plain("2024\u201101\u201102 −5"), "2024-01-02 -5");
});
