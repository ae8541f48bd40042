// A run without trades is an answer too: say what stood in the way.

import { refusals } from "../data/guardrails";
import type { Document } from "../data/types";
import { h } from "../dom";
import { count, plural } from "../format";

export function noTrades({ counters, run, guardrails }: Document): HTMLElement {
  const rejected = counters["rejected_signals"] ?? 0;
  const unaffordable = counters["unaffordable_signals"] ?? 0;
  const reasons = [];
  if (rejected > 0) {
    reasons.push(
      `${plural(rejected, "entry signal")} found every slot taken. Allow more open trades than ${run.max_open_trades}.`,
    );
  }
  if (unaffordable > 0) {
    reasons.push(
      `${plural(unaffordable, "entry signal")} asked for a stake below the minimum or above the free balance. Raise the wallet or lower the stake.`,
    );
  }
  const refused = guardrails ? refusals(guardrails) : [];
  if (refused.length > 0) {
    const parts = refused.map(([reason, signals]) => `${reason} ${count(signals)}`).join(", ");
    reasons.push(
      `The guardrails refused ${plural(guardrails?.signals_refused ?? 0, "signal")}: ${parts}. What each saw is under Assumptions and realism.`,
    );
  }
  if (reasons.length === 0) {
    reasons.push(
      "No entry signal came up: the entry conditions were never true together on any candle after the warm-up.",
      "Loosen one condition at a time, or test a longer period, to see which one keeps the strategy out.",
    );
  }
  return h(
    "div",
    { class: "card no-trades" },
    h("h3", null, "This run made no trade"),
    h(
      "ul",
      { class: "sentences" },
      reasons.map((reason) => h("li", null, reason)),
    ),
    h(
      "p",
      { class: "chart-note" },
      "The balance is the wallet throughout, and figures that need trades are undefined. The chart below still shows the prices and the indicators.",
    ),
  );
}
