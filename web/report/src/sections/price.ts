// Candles with every entry and exit, a list of trades beside them, and the trade being looked at.

import { CandleChart } from "../charts/candles";
import type { Detail } from "../charts/tradeLayer";
import { zoomOnceActive } from "../charts/wheel";
import type { ChartHead, Document, Trade } from "../data/types";
import { historyOf, inflate } from "../data/unpack";
import { h, replace } from "../dom";
import { compact, count, minute, plural, price } from "../format";
import { announce, button, choices, empty, section } from "../parts";
import { fileName, save } from "../save";
import type { Selection } from "../selection";
import { colour, lessMotion } from "../theme";
import { sideList } from "./sideList";
import { tradeCard, tradeInWords } from "./tradeCard";

export interface PriceView {
  element: HTMLElement;
  start: () => Promise<void>;
}

const TEXT = {
  id: "chart",
  title: "Price and trades",
};

const HELP = () => [
  h(
    "span",
    { class: "by-mouse" },
    "Click the chart, then turn the wheel to zoom. Arrow keys move it, + and − zoom, [ and ] go from trade to trade.",
  ),
  h("span", { class: "by-touch" }, "Drag and pinch the chart; tap a trade to see it in full."),
];

export function priceSection(
  document: Document,
  heads: readonly ChartHead[],
  trades: readonly Trade[],
  selection: Selection,
): PriceView {
  if (heads.length === 0) {
    const element = section(TEXT, null, empty("This report was written without candles."));
    return { element, start: () => Promise.resolve() };
  }
  const view = new View(document, heads, trades, selection);
  return { element: view.element, start: () => view.start() };
}

function tradesText(visible: number, all: number, detail: Detail): string {
  if (all === 0) return "No trades on this pair";
  const said = `${count(visible)} of ${plural(all, "trade")} in view`;
  switch (detail) {
    case "ribbon":
      return `${said}: the ribbon shows what those closed in each candle came to; zoom in to see them at their exact times and prices`;
    case "lines":
      return `${said}, at their exact times and prices; zoom in for arrows`;
    default:
      return `${said}, at their exact times and prices`;
  }
}

class View {
  readonly element: HTMLElement;
  private readonly plot = h("div", { class: "plot price-plot", tabindex: 0, role: "application" });
  private readonly legend = h("div", { class: "legend" });
  private readonly status = h("p", { class: "chart-note" });
  private readonly levels = h("div", { class: "level-slot" });
  private readonly chips = h("div", { class: "chips" });
  private readonly hoverCard = h("div", { class: "hover-card", hidden: true });
  private readonly chosenCard = h("div", { class: "chosen", hidden: true });
  private readonly frame: HTMLElement;
  private readonly picker: HTMLSelectElement;
  private readonly side: ReturnType<typeof sideList>;
  private chart!: CandleChart;
  private shown = -1;
  private order: Trade[] = [];
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly document: Document,
    private readonly heads: readonly ChartHead[],
    private readonly trades: readonly Trade[],
    private readonly selection: Selection,
  ) {
    this.picker = h(
      "select",
      {
        "aria-label": "Pair on the chart",
        onchange: () => void this.showPair(this.picker.selectedIndex),
      },
      heads.map((head) => h("option", { value: head.pair }, head.pair)),
    );
    this.side = sideList(document, selection);
    this.frame = h(
      "div",
      { class: "card chart-card price-card" },
      h(
        "div",
        { class: "price-main" },
        h("div", { class: "chart-tools" }, this.picker, this.levels, this.tools()),
        h("div", { class: "chart-head" }, this.legend, this.chips),
        h("div", { class: "plot-frame" }, this.plot, this.hoverCard),
        this.chosenCard,
        this.status,
      ),
      this.side.element,
    );
    this.element = section({ ...TEXT, note: HELP() }, null, this.frame);
  }

  async start(): Promise<void> {
    this.chart = new CandleChart(this.plot, () => this.update());
    zoomOnceActive(this.plot, this.chart.chart);
    this.listen();
    await this.showPair(0);
    this.selection.on((trade, from) => void this.onChosen(trade, from));
  }

  private tools(): HTMLElement {
    return h(
      "div",
      { class: "tools" },
      button("Fit", "Show the whole period", () => this.chart.fit()),
      button("‹", "Previous trade", () => this.step(-1)),
      button("›", "Next trade", () => this.step(1)),
      button("Save image", "Save the chart as an image", () => this.saveImage()),
      button("Full screen", "Full screen", () => this.fullScreen()),
    );
  }

  private listen(): void {
    const { chart, layer } = this.chart;
    chart.subscribeCrosshairMove((event) => {
      const trade = event.point && event.paneIndex === 0 ? layer.nearest(event.point) : null;
      layer.hover(trade);
      this.plot.classList.toggle("on-trade", trade !== null);
      this.showHover(trade, event.point ?? null);
      this.write(
        event.point && event.logical !== undefined ? event.logical + this.chart.shift : null,
      );
    });
    chart.subscribeClick((event) => {
      const trade = event.point ? layer.nearest(event.point) : null;
      if (trade) this.selection.choose(trade, "chart");
    });
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
    this.plot.addEventListener("pointerleave", () => this.showHover(null, null));
  }

  private onKey(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.chart.pan(-0.15),
      ArrowRight: () => this.chart.pan(0.15),
      "+": () => this.chart.zoom(0.7),
      "=": () => this.chart.zoom(0.7),
      "-": () => this.chart.zoom(1.4),
      "[": () => this.step(-1),
      "]": () => this.step(1),
      Escape: () => this.selection.choose(null, "chart"),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  private showPair(index: number): Promise<void> {
    this.loading = this.loading.then(() => this.load(index));
    return this.loading;
  }

  private async load(index: number): Promise<void> {
    const head = this.heads[index];
    if (!head || index === this.shown) return;
    this.shown = index;
    this.picker.selectedIndex = index;
    const blob = document.getElementById(`tidegate-chart-${index}`)?.textContent ?? "";
    const history = historyOf(head, await inflate(blob));
    this.order = this.trades
      .filter((trade) => trade.pair === head.pair)
      .sort((a, b) => a.open_timestamp - b.open_timestamp || a.index - b.index);
    this.chart.show(head, history, this.order);
    this.side.show(head.pair, this.order);
    this.showChips();
    const words = `${head.pair}: ${count(head.rows)} candles of ${head.timeframe}, ${count(this.order.length)} trades`;
    this.plot.setAttribute(
      "aria-label",
      `Price chart of ${words}. The table of trades below holds the same trades.`,
    );
    this.plot.dataset["pair"] = head.pair;
  }

  private async onChosen(trade: Trade | null, from: string): Promise<void> {
    if (!trade) {
      this.chart.layer.choose(null);
      this.chosenCard.hidden = true;
      delete this.plot.dataset["trade"];
      return;
    }
    const index = this.heads.findIndex((head) => head.pair === trade.pair);
    if (index >= 0) {
      await this.showPair(index);
      if (this.selection.current !== trade) return;
      this.chart.jump(trade);
    } else {
      this.chart.layer.choose(null); // this file carries no candles of that pair
    }
    this.plot.dataset["trade"] = String(trade.index + 1);
    replace(
      this.chosenCard,
      tradeCard(trade, this.document.run.currency),
      button("×", "Leave this trade", () => this.selection.choose(null, "chart")),
    );
    this.chosenCard.hidden = false;
    announce(`On the chart: ${tradeInWords(trade, this.document.run.currency)}`);
    if (from === "table" || from === "address") {
      this.element.scrollIntoView({ behavior: lessMotion() ? "auto" : "smooth", block: "start" });
    }
  }

  private step(by: number): void {
    if (this.order.length === 0) return;
    const now = this.selection.current ? this.order.indexOf(this.selection.current) : -1;
    const next = now < 0 ? (by > 0 ? 0 : this.order.length - 1) : now + by;
    const trade = this.order[Math.min(Math.max(next, 0), this.order.length - 1)];
    if (trade) this.selection.choose(trade, "chart");
  }

  private update(): void {
    const { level, levels, layer } = this.chart;
    const names = levels.map(({ name }) => ({
      value: name,
      text: name,
      label: `Candles of ${name}`,
    }));
    const key = `${this.shown}:${level.name}`;
    if (this.levels.dataset["key"] !== key) {
      this.levels.dataset["key"] = key;
      const choose = (name: string) => {
        const wanted = levels.find((other) => other.name === name);
        if (wanted) this.chart.setLevel(wanted);
      };
      replace(this.levels, choices("Candle length", names, level.name, choose).element);
    }
    this.plot.dataset["level"] = level.name;
    this.chips.classList.toggle("dormant", !this.chart.showsIndicators);
    const visible = layer.inView().length;
    this.plot.dataset["trades"] = String(visible);
    replace(this.status, this.statusText(visible, layer.detail(visible)));
    this.write(null);
  }

  private statusText(visible: number, detail: Detail): string {
    const head = this.heads[this.shown];
    if (!head) return "";
    const parts = [tradesText(visible, this.order.length, detail)];
    if (head.timeframe !== head.tested.name) {
      parts.push(
        `tested on ${head.tested.name} candles, drawn from ${head.timeframe} to keep this file small`,
      );
    }
    if (head.indicators.length > 0 && !this.chart.showsIndicators) {
      parts.push(
        `the indicators are those of ${head.tested.name} candles and are left out on ones this long`,
      );
    } else if (head.indicators.length > 0 && this.chart.level.name !== head.tested.name) {
      parts.push(`indicators are those of ${head.tested.name}, at their last value in each candle`);
    }
    return `${parts.join("; ")}.`;
  }

  private showChips(): void {
    replace(
      this.chips,
      this.chart.lines.map((line) => {
        const chip = h(
          "button",
          {
            type: "button",
            class: "chip",
            "aria-pressed": String(line.shown),
            onclick: () => {
              this.chart.toggle(line);
              chip.setAttribute("aria-pressed", String(line.shown));
            },
          },
          h("i", { class: `key ${line.colourName}` }),
          line.name,
        );
        return chip;
      }),
    );
  }

  private write(row: number | null): void {
    const head = this.heads[this.shown];
    const { history } = this.chart;
    const last = history.time.length - 1;
    const range = this.chart.chart.timeScale().getVisibleLogicalRange();
    const end = range ? Math.floor(range.to) + this.chart.shift : last;
    const at = Math.min(Math.max(Math.round(row ?? end), 0), last);
    if (!head || last < 0) return;
    const value = (name: string, number: number) =>
      h("span", null, `${name} `, h("b", null, price(number, head.decimals)));
    const rising = history.close[at]! >= history.open[at]!;
    replace(
      this.legend,
      h("span", { class: "when" }, minute(history.time[at]! * 1000)),
      value("O", history.open[at]!),
      value("H", history.high[at]!),
      value("L", history.low[at]!),
      h(
        "span",
        null,
        "C ",
        h("b", { class: rising ? "gain" : "loss" }, price(history.close[at]!, head.decimals)),
      ),
      h("span", null, "Vol ", h("b", null, compact(history.volume[at]!))),
    );
  }

  private showHover(trade: Trade | null, point: { x: number; y: number } | null): void {
    const told = trade === this.selection.current; // the panel below the chart tells of it
    this.hoverCard.hidden = !trade || !point || told;
    if (!trade || !point || told) return;
    if (this.hoverCard.dataset["trade"] !== String(trade.index)) {
      this.hoverCard.dataset["trade"] = String(trade.index);
      replace(this.hoverCard, tradeCard(trade, this.document.run.currency));
    }
    const { clientWidth, clientHeight } = this.plot;
    const { offsetWidth, offsetHeight } = this.hoverCard;
    const left =
      point.x + 18 + offsetWidth > clientWidth ? point.x - offsetWidth - 18 : point.x + 18;
    const top = Math.min(Math.max(8, point.y - offsetHeight / 2), clientHeight - offsetHeight - 8);
    this.hoverCard.style.left = `${Math.max(4, left)}px`;
    this.hoverCard.style.top = `${top}px`;
  }

  private saveImage(): void {
    const shot = this.chart.chart.takeScreenshot(true);
    const context = shot.getContext("2d");
    if (context) {
      context.globalCompositeOperation = "destination-over";
      context.fillStyle = colour("card");
      context.fillRect(0, 0, shot.width, shot.height);
    }
    const name = fileName(this.document.strategy.name, this.heads[this.shown]?.pair ?? "chart");
    shot.toBlob((blob) => blob && save(`${name}.png`, blob));
  }

  private fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else
      void this.frame
        .requestFullscreen()
        .catch(() => announce("This browser refused full screen."));
  }
}
