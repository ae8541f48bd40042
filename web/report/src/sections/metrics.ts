// Every figure with its meaning; an undefined one with its reason.

import type { Document } from "../data/types";
import { h } from "../dom";
import { figure } from "../format";
import { button, card, empty, section } from "../parts";
import { explain } from "../tooltip";

const SIGNED_UNITS = new Set(["percent", "currency", "ratio"]);

export function metricSection(document: Document): HTMLElement {
  const groups = groupsOf(document);
  const sheet = h("div", { class: "metric-groups" });
  for (const [name, metrics] of groups) {
    sheet.append(
      card(
        name,
        h(
          "dl",
          { class: "metrics" },
          metrics.map((metric) => metricRow(document, metric)),
        ),
      ),
    );
  }
  const meanings = button("Show meanings", "Show what each figure means", () => {
    const shown = sheet.classList.toggle("with-meanings");
    meanings.setAttribute("aria-pressed", String(shown));
  });
  meanings.setAttribute("aria-pressed", "false");
  const text = {
    id: "metrics",
    title: "All figures",
    note: "– is a figure that these trades cannot give, with the reason beneath it.",
  };
  return section(
    text,
    meanings,
    groups.size === 0 ? empty("The document holds no figures.") : sheet,
  );
}

function groupsOf({ metrics, metric_info }: Document): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  const known = Object.keys(metric_info).filter((name) => name in metrics);
  for (const name of [...known, ...Object.keys(metrics).filter((name) => !(name in metric_info))]) {
    const group = metric_info[name]?.group ?? "Figures";
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return groups;
}

function metricRow(document: Document, name: string): HTMLElement {
  const info = document.metric_info[name];
  const value = document.metrics[name] ?? null;
  const title = h("span", null, info?.title ?? name.replaceAll("_", " "));
  const verdict =
    value !== null && value < 0 && info?.higher_is_better && SIGNED_UNITS.has(info.unit)
      ? "loss"
      : null;
  return h(
    "div",
    { "data-metric": name },
    h("dt", null, info ? explain(title, info.meaning) : title),
    h("dd", { class: verdict }, figure(value, info?.unit ?? "ratio", document.run.currency)),
    value === null ? h("dd", { class: "why" }, document.undefined[name] ?? "not measured") : null,
    info ? h("dd", { class: "meaning" }, info.meaning) : null,
  );
}
