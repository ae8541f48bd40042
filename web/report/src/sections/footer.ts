// How the run is repeated, how long it took, and whose work is in the page.

import type { Document } from "../data/types";
import { h } from "../dom";
import { seconds } from "../format";
import { announce, button } from "../parts";

const STEPS: Record<string, string> = {
  load: "Load",
  indicators: "Indicators",
  simulate: "Simulate",
};

export function footer(document: Document): HTMLElement {
  const { run, strategy, tidegate_version: version } = document;
  const command = h("code", { tabindex: 0 }, run.command);
  const copy = button("Copy", "Copy the command", () => void copyText(run.command, command));
  const total = Object.values(document.seconds).reduce((sum, value) => sum + value, 0);
  return h(
    "footer",
    { class: "footer" },
    h("div", { class: "command" }, h("span", null, "Repeat this run"), command, copy),
    h(
      "p",
      null,
      Object.entries(document.seconds).map(([name, value]) => [
        h("span", { class: "timing" }, `${STEPS[name] ?? name} `, h("b", null, seconds(value))),
      ]),
      h("span", { class: "timing" }, "Together ", h("b", null, seconds(total))),
    ),
    strategy.sha256 ? h("p", null, "Strategy SHA-256 ", h("code", null, strategy.sha256)) : null,
    h(
      "p",
      null,
      `Made with Tidegate ${version}. A backtest is a claim about the past; it promises nothing.`,
    ),
    h(
      "p",
      { class: "credits" },
      "TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc., ",
      h("a", { href: "https://www.tradingview.com/", rel: "noreferrer" }, "tradingview.com"),
      "; Apache License 2.0. Inter, Copyright 2016 The Inter Project Authors; SIL Open Font License 1.1.",
    ),
  );
}

// Where the clipboard is closed to the page, the command is selected for the reader to copy.
async function copyText(text: string, shown: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce("The command is copied.");
  } catch {
    getSelection()?.selectAllChildren(shown);
    announce("The command is selected; copy it with the keyboard.");
  }
}
