// The balance against holding, with the drawdown beneath on the same time axis.

import {
  BaselineSeries,
  LineSeries,
  LineStyle,
  PriceScaleMode,
  type UTCTimestamp,
} from "lightweight-charts";
import { AreaSeries, createChart, type IChartApi, type ISeriesApi } from "lightweight-charts";
import { axisFormat, chartColours, chartOptions } from "../charts/base";
import { zoomOnceActive } from "../charts/wheel";
import type { Document, Equity } from "../data/types";
import { type Child, h, replace } from "../dom";
import { amount, change, minute, percent, signed } from "../format";
import { button, empty, section } from "../parts";
import { colour, faded, onTheme } from "../theme";

export interface EquityView {
  element: HTMLElement;
  /** Show these instants, in milliseconds, with some room around them. */
  show: (from: number, to: number) => void;
  /** To be called when the element is in the page. */
  start: () => void;
}

export function equitySection(document: Document): EquityView {
  const text = {
    id: "equity",
    title: "Balance",
    note: "The whole wallet with open positions, against the same wallet held in equal parts of every pair.",
  };
  const { equity, run } = document;
  if (!equity || equity.time_s.length < 2) {
    const element = section(text, null, empty("The document holds no balance over time."));
    return { element, show: () => undefined, start: () => undefined };
  }
  const plot = h("div", {
    class: "plot equity-plot",
    role: "img",
    "aria-label": inWords(document, equity),
  });
  const legend = h("div", { class: "legend" });
  let view: EquityChart | null = null;
  let logarithmic = false;
  const log = button("Log scale", "Logarithmic scale of the balance", () => {
    logarithmic = !logarithmic;
    log.setAttribute("aria-pressed", String(logarithmic));
    view?.scale(logarithmic);
  });
  log.setAttribute("aria-pressed", "false");
  const all = button("Whole period", "Show the whole period", () => view?.all());
  return {
    element: section(text, [log, all], h("div", { class: "card chart-card" }, legend, plot)),
    show: (from, to) => view?.show(from, to),
    start: () => {
      view = new EquityChart(plot, legend, equity, run.currency);
    },
  };
}

class EquityChart {
  private readonly chart: IChartApi;
  private readonly balance: ISeriesApi<"Area">;
  private readonly hold: ISeriesApi<"Line">;
  private readonly drawdown: ISeriesApi<"Baseline">;
  private readonly rows = new Map<number, number>();

  constructor(
    container: HTMLElement,
    private readonly legend: HTMLElement,
    private readonly equity: Equity,
    private readonly currency: string,
  ) {
    this.chart = createChart(container, chartOptions(false));
    const quiet = { priceLineVisible: false, lastValueVisible: false };
    const priceFormat = axisFormat(axisDecimals(equity.equity));
    this.hold = this.chart.addSeries(LineSeries, {
      ...quiet,
      priceFormat,
      lineWidth: 1,
      lineStyle: LineStyle.Solid,
      crosshairMarkerRadius: 3,
    });
    this.balance = this.chart.addSeries(AreaSeries, { ...quiet, priceFormat, lineWidth: 2 });
    this.drawdown = this.chart.addSeries(
      BaselineSeries,
      {
        ...quiet,
        baseValue: { type: "price", price: 0 },
        lineWidth: 1,
        priceFormat: {
          type: "custom",
          formatter: (value: number) => percent(value, 1),
          minMove: 1e-4,
        },
      },
      1,
    );
    this.chart.panes()[0]?.setStretchFactor(2.6);
    this.chart.panes()[1]?.setStretchFactor(1);
    this.chart.priceScale("right", 1).applyOptions({ scaleMargins: { top: 0.05, bottom: 0.1 } });
    this.chart.timeScale().applyOptions({ minBarSpacing: 0.05 });
    this.fill();
    this.paint();
    this.all();
    this.write(null);
    onTheme(() => this.paint());
    this.chart.subscribeCrosshairMove((event) => {
      this.write(event.time === undefined ? null : (this.rows.get(event.time as number) ?? null));
    });
    zoomOnceActive(container, this.chart);
  }

  all(): void {
    this.chart.timeScale().fitContent();
  }

  scale(logarithmic: boolean): void {
    const mode = logarithmic ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
    this.chart.priceScale("right", 0).applyOptions({ mode });
  }

  show(from: number, to: number): void {
    const room = (to - from) * 0.25;
    this.chart.timeScale().setVisibleRange({
      from: ((from - room) / 1000) as UTCTimestamp,
      to: ((to + room) / 1000) as UTCTimestamp,
    });
  }

  // Two points of one second (a wallet before the first candle) would not be a time axis.
  private fill(): void {
    const { time_s, equity, hold, drawdown } = this.equity;
    const kept = time_s.map((_, row) => row).filter((row) => time_s[row] !== time_s[row + 1]);
    kept.forEach((row) => this.rows.set(time_s[row]!, row));
    const points = (values: readonly number[], sign = 1) =>
      kept.map((row) => ({ time: time_s[row] as UTCTimestamp, value: sign * values[row]! }));
    this.balance.setData(points(equity));
    this.hold.setData(points(hold));
    this.drawdown.setData(points(drawdown, -1));
  }

  private paint(): void {
    const [accent, loss] = [colour("accent"), colour("loss")];
    this.chart.applyOptions(chartColours());
    this.balance.applyOptions({
      lineColor: accent,
      topColor: faded(accent, 0.22),
      bottomColor: faded(accent, 0),
    });
    this.hold.applyOptions({ color: colour("faint") });
    this.drawdown.applyOptions({
      topLineColor: loss,
      topFillColor1: faded(loss, 0),
      topFillColor2: faded(loss, 0),
      bottomLineColor: loss,
      bottomFillColor1: faded(loss, 0.06),
      bottomFillColor2: faded(loss, 0.32),
    });
  }

  private write(row: number | null): void {
    const { time_s, equity, hold, drawdown } = this.equity;
    const at = row ?? equity.length - 1;
    const from = equity[0] ?? 1;
    const held = hold[0] ?? 1;
    const entry = (name: string, style: string, value: Child) =>
      h("span", null, h("i", { class: `key ${style}` }), `${name} `, h("b", null, value));
    replace(
      this.legend,
      h("span", { class: "when" }, minute(time_s[at]! * 1000)),
      entry(
        "Balance",
        "accent",
        `${amount(equity[at]!, this.currency)} (${change(equity[at]! / from - 1)})`,
      ),
      entry(
        "Hold",
        "faint",
        `${amount(hold[at]!, this.currency)} (${change(hold[at]! / held - 1)})`,
      ),
      entry("Drawdown", "loss", signed(percent(-drawdown[at]!), -drawdown[at]!)),
    );
  }
}

// As many decimals as tell the curve's own movement apart.
function axisDecimals(values: readonly number[]): number {
  const spread = Math.max(...values) - Math.min(...values);
  return spread > 20 || spread === 0 ? 0 : Math.min(8, 2 - Math.floor(Math.log10(spread)));
}

function inWords({ run, metrics }: Document, { equity, hold }: Equity): string {
  const [first, last] = [equity[0]!, equity[equity.length - 1]!];
  const [firstHold, lastHold] = [hold[0]!, hold[hold.length - 1]!];
  const deepest = metrics["max_drawdown"];
  return [
    `The balance went from ${amount(first, run.currency)} to ${amount(last, run.currency)} ${run.currency}`,
    `(${change(last / first - 1)}); holding gave ${change(lastHold / firstHold - 1)}.`,
    typeof deepest === "number" ? `The deepest drawdown was ${percent(deepest)}.` : "",
  ].join(" ");
}
