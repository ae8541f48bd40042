import assert from "node:assert/strict";
import { test } from "node:test";
import { named, refusals, shown } from "../src/data/guardrails";
import type { Guardrails } from "../src/data/types";

function held(part: Partial<Guardrails> = {}): Guardrails {
  return {
    limits: "safe",
    in_force: {},
    own: {},
    orders: 12,
    signals_refused: 0,
    refused: {},
    examples: {},
    stopped: null,
    ...part,
  };
}

test("limits are named as they were asked for, with what the strategy brought along", () => {
  assert.equal(named(held()), "safe");
  assert.equal(named(held({ limits: "none" })), "");
  const own = { max_daily_trades: 3, max_drawdown_percent: 0.15 };
  const brought = "the strategy's own (max_daily_trades 3, max_drawdown_percent 0.15)";
  assert.equal(named(held({ limits: "none", own })), brought);
  assert.equal(named(held({ own })), `safe and ${brought}`);
});

test("the guardrail that refused the most comes first, equals by their names", () => {
  const refused = { cooldown: 2, positions: 7, balance: 2 };
  assert.deepEqual(refusals(held({ refused })), [
    ["positions", 7],
    ["balance", 2],
    ["cooldown", 2],
  ]);
});

test("a limit is written plainly, a table of hours as JSON", () => {
  assert.equal(shown(1000), "1,000");
  assert.equal(shown(0.05), "0.05");
  assert.equal(shown(true), "true");
  assert.equal(shown({ timezone: "UTC" }), '{"timezone":"UTC"}');
});
