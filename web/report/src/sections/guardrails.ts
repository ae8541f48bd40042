// What the orders were held to, and what the guardrails refused.

import { named, refusals, shown } from "../data/guardrails";
import type { Document, Guardrails } from "../data/types";
import { type Child, h } from "../dom";
import { count, minute, plural } from "../format";
import { card, empty } from "../parts";

export function guardrailCard({ guardrails }: Document): HTMLElement | null {
  if (!guardrails) return null;
  const asked = named(guardrails);
  if (!asked) {
    return card(
      "Guardrails: none",
      empty(
        "Every order that the strategy wanted was placed. Trading has limits: --limits safe, widest or a file puts the same guardrails before a backtest.",
      ),
    );
  }
  const { orders, signals_refused, stopped, in_force } = guardrails;
  const passed = orders === null ? [] : [`${plural(orders, "order")} passed`];
  const told = [...passed, `${plural(signals_refused ?? 0, "signal")} refused`].join(", ");
  const limits = Object.entries(in_force);
  return card(
    `Guardrails: ${asked}`,
    h("p", { class: "chart-note" }, `${told}.`),
    stopped ? h("p", { class: "stopped" }, `A limit stopped trading for good: ${stopped}.`) : null,
    rows(refusals(guardrails).map(([reason, signals]) => refusal(guardrails, reason, signals))),
    limits.length === 0
      ? empty("No limit that refuses what is sound.")
      : h(
          "details",
          { class: "limits" },
          h("summary", null, plural(limits.length, "limit"), " in force"),
          rows(limits.map(([name, value]) => row(name, shown(value)))),
        ),
  );
}

function refusal({ examples }: Guardrails, reason: string, signals: number): HTMLElement {
  const first = examples[reason]?.[0];
  if (!first) return row(reason, count(signals));
  const when = minute(Date.parse(first.time));
  const why = `${first.sentence}; the first on ${first.pair}, ${when}: ${first.observed}, limit ${first.limit}`;
  return row(reason, count(signals), h("dd", { class: "why" }, why));
}

function row(name: string, value: string, why: Child = null): HTMLElement {
  return h("div", null, h("dt", null, name), h("dd", null, value), why);
}

function rows(content: HTMLElement[]): HTMLElement | null {
  return content.length === 0 ? null : h("dl", { class: "metrics" }, content);
}
