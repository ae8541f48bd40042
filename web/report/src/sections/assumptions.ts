// What the figures rest on, how real that is, and what the strategy does in words.

import type { Document } from "../data/types";
import { h } from "../dom";
import { number } from "../format";
import { card, empty, section } from "../parts";
import { guardrailCard } from "./guardrails";

export function assumptionSection(document: Document): HTMLElement {
  const text = {
    id: "assumptions",
    title: "Assumptions and realism",
    note: "What was taken for granted, and how far that is from trading with money.",
  };
  return section(
    text,
    null,
    h(
      "div",
      { class: "grid halves" },
      h("div", { class: "stack" }, assumptionCard(document), countersCard(document)),
      h("div", { class: "stack" }, guardrailCard(document), gradeCard(document)),
    ),
  );
}

export function strategySection(document: Document): HTMLElement | null {
  const { strategy, run } = document;
  const sentences = strategy.explanation ?? [];
  const setting = (name: string, value: string | number) =>
    h("div", null, h("dt", null, name), h("dd", null, value));
  return section(
    { id: "strategy", title: "Strategy" },
    null,
    h(
      "div",
      { class: "grid halves" },
      card(
        "In words",
        sentences.length > 0
          ? h(
              "ul",
              { class: "sentences" },
              sentences.map((sentence) => h("li", null, sentence)),
            )
          : empty("The document does not describe the strategy."),
        source(document),
      ),
      card(
        "As it was run",
        h(
          "dl",
          { class: "metrics" },
          setting("Wallet", `${number(run.wallet, 0, 8)} ${run.currency}`),
          setting(
            "Stake",
            typeof run.stake === "number"
              ? `${number(run.stake, 0, 8)} ${run.currency}`
              : run.stake,
          ),
          setting("Open trades at most", run.max_open_trades),
          setting("Fee", `${number(run.fee * 100, 0, 4)}% a side`),
          setting("Slippage", run.slippage),
          setting("Realism", run.realism),
          setting("Prices", run.prices),
        ),
      ),
    ),
  );
}

function source({ strategy }: Document): HTMLElement | null {
  const text = strategy.source;
  if (!text) return null;
  if (!text.includes("\n"))
    return h("p", { class: "chart-note" }, "Source: ", h("code", null, text));
  return h("details", null, h("summary", null, "Source"), h("pre", { tabindex: 0 }, text));
}

function assumptionCard({ assumptions }: Document): HTMLElement {
  if (assumptions.length === 0) return card("Assumptions", empty("The document lists none."));
  return card(
    "Assumptions",
    h(
      "dl",
      { class: "assumptions" },
      assumptions.map(({ name, value, why }) =>
        h(
          "div",
          null,
          h("dt", null, name),
          h("dd", { class: "value" }, value),
          h("dd", { class: "why" }, why),
        ),
      ),
    ),
  );
}

const COUNTED: Record<string, string> = {
  rejected_signals: "Entry signals that found every slot taken",
  unaffordable_signals: "Entry signals whose stake was too small or above the free balance",
  lost_at_end: "Positions that could not be closed at the end of the data",
};

function countersCard({ counters }: Document): HTMLElement {
  return card(
    "Not traded",
    h(
      "dl",
      { class: "metrics" },
      Object.entries(counters).map(([name, value]) =>
        h(
          "div",
          null,
          h("dt", null, COUNTED[name] ?? name.replaceAll("_", " ")),
          h("dd", null, number(value, 0)),
        ),
      ),
    ),
  );
}

function gradeCard({ grade }: Document): HTMLElement {
  if (!grade) return card("Realism grade", empty("This run was not graded."));
  const bar = (share: number) =>
    h(
      "span",
      { class: "points", "aria-hidden": "true" },
      h("span", { style: { width: `${Math.round(share * 100)}%` } }),
    );
  return card(
    `Realism grade ${grade.letter}, ${Math.round(grade.score * 100)} of 100`,
    h(
      "ul",
      { class: "findings" },
      grade.findings.map(({ name, points, of, why }) =>
        h(
          "li",
          null,
          h("span", { class: "finding-name" }, name),
          bar(of > 0 ? points / of : 0),
          h("span", { class: "num" }, `${number(points, 0, 2)} of ${number(of, 0, 2)}`),
          h("span", { class: "why" }, why),
        ),
      ),
    ),
    grade.raises.length > 0 ? h("h4", null, "What would raise it") : null,
    h(
      "ul",
      { class: "raises" },
      grade.raises.map(({ what, gain }) =>
        h("li", null, h("span", { class: "plus" }, `+${Math.round(gain * 100)}`), what),
      ),
    ),
  );
}
