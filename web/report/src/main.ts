// Puts the page together from what the file carries.

import "./style/index.css";
import type { ChartHead, Document } from "./data/types";
import { type Columns, inflateJson, tradesOf } from "./data/unpack";
import { append, h } from "./dom";
import { plain } from "./format";
import { liveRegion, section } from "./parts";
import { assumptionSection, strategySection } from "./sections/assumptions";
import { breakdownSection } from "./sections/breakdowns";
import { distributionCard } from "./sections/distribution";
import { drawdownCard } from "./sections/drawdowns";
import { equitySection } from "./sections/equity";
import { footer } from "./sections/footer";
import { headline, topBar } from "./sections/header";
import { metricSection } from "./sections/metrics";
import { monteCarloCard } from "./sections/monteCarlo";
import { monthlyCard } from "./sections/monthly";
import { noTrades } from "./sections/noTrades";
import { priceSection } from "./sections/price";
import { tiles } from "./sections/tiles";
import { tradeSection } from "./sections/trades";
import { Selection } from "./selection";
import { startTheme } from "./theme";
import { startTooltips } from "./tooltip";

const LINKS = [
  { id: "equity", text: "Balance" },
  { id: "chart", text: "Chart" },
  { id: "results", text: "Results" },
  { id: "breakdown", text: "Breakdown" },
  { id: "chance", text: "Chance" },
  { id: "trades", text: "Trades" },
  { id: "metrics", text: "Figures" },
  { id: "assumptions", text: "Assumptions" },
];

// What a document may leave out, as the empty case of it.
const NOTHING: Partial<Document> = {
  assumptions: [],
  metrics: {},
  undefined: {},
  metric_info: {},
  breakdowns: {},
  drawdowns: [],
  monthly: [],
  counters: {},
  seconds: {},
};

function carried(id: string): string {
  const element = document.getElementById(`tidegate-${id}`);
  if (!element) throw new Error(`this file carries no ${id}`);
  return element.textContent ?? "";
}

async function start(root: HTMLElement): Promise<void> {
  startTheme();
  const result = { ...NOTHING, ...(JSON.parse(carried("document")) as Document) };
  const heads = JSON.parse(carried("charts")) as ChartHead[];
  const trades = tradesOf((await inflateJson(carried("trades"))) as Columns);
  const selection = new Selection(trades);
  const decimals = new Map(heads.map((head) => [head.pair, head.decimals]));
  const equity = equitySection(result);
  const price = priceSection(result, heads, trades, selection);
  const lookAtBalance = (from: number, to: number) => {
    equity.show(from, to);
    equity.element.scrollIntoView({ block: "start" });
  };
  append(
    root,
    h("a", { class: "skip", href: "#content" }, "Skip to the figures"),
    topBar(LINKS),
    h(
      "main",
      { id: "content", tabindex: -1 },
      headline(result),
      tiles(result),
      trades.length === 0 ? noTrades(result) : null,
      equity.element,
      price.element,
      section(
        {
          id: "results",
          title: "Results",
          note: "Month by month, trade by trade, and at their worst.",
        },
        null,
        h(
          "div",
          { class: "stack" },
          monthlyCard(result),
          h(
            "div",
            { class: "grid halves" },
            distributionCard(result),
            drawdownCard(result, lookAtBalance),
          ),
        ),
      ),
      breakdownSection(result),
      section(
        { id: "chance", title: "Chance", note: "How much of the result is luck of the draw." },
        null,
        monteCarloCard(result),
      ),
      tradeSection(result, trades, decimals, selection),
      metricSection(result),
      assumptionSection(result),
      strategySection(result),
    ),
    footer(result),
    liveRegion(),
  );
  startTooltips();
  await document.fonts.ready;
  equity.start();
  await price.start();
  selection.chooseFromAddress();
  addEventListener("hashchange", () => selection.chooseFromAddress());
  document.documentElement.dataset["ready"] = "true";
}

// Numbers and dates are copied in plain characters, for spreadsheets.
document.addEventListener("copy", (event) => {
  const text = getSelection()?.toString();
  if (!text || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", plain(text));
  event.preventDefault();
});

const root = document.getElementById("report");
if (root) {
  start(root).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    append(
      root,
      h(
        "p",
        { class: "failed", role: "alert" },
        `This report could not be drawn: ${message}. It needs a browser of 2023 or later.`,
      ),
    );
    throw error;
  });
}
