// The candle chart: levels, the window of candles that the chart holds, indicators, trades.

import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type LogicalRange,
  LineStyle,
  type UTCTimestamp,
} from "lightweight-charts";
import {
  type Level,
  levelForTrade,
  levelsFor,
  resample,
  rowAt,
  startLevel,
  type Window,
  windowAround,
} from "../data/levels";
import type { ChartHead, Trade } from "../data/types";
import type { History } from "../data/unpack";
import { colour, faded, onTheme } from "../theme";
import { axisFormat, chartColours, chartOptions } from "./base";
import { placeOf, placeTrades } from "./placing";
import { TradeLayer } from "./tradeLayer";

const HELD = 12_000; // candles given to the chart at once; it slows down far beyond that
const EDGE = 400; // candles from the edge of the window at which the next one is fetched
const LONGEST_WITH_INDICATORS = 12; // times the tested length
const LINE_COLOURS = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"];

export interface IndicatorLine {
  name: string;
  colourName: string;
  overlay: boolean;
  shown: boolean;
}

interface Drawn {
  line: IndicatorLine;
  series: ISeriesApi<"Line">;
}

export class CandleChart {
  readonly chart: IChartApi;
  readonly layer = new TradeLayer();
  levels: Level[] = [];
  level!: Level;
  lines: IndicatorLine[] = [];
  private readonly candles: ISeriesApi<"Candlestick">;
  private readonly volume: ISeriesApi<"Histogram">;
  private drawn: Drawn[] = [];
  private head!: ChartHead;
  private base!: History;
  private readonly made = new Map<number, History>();
  private trades: readonly Trade[] = [];
  private held: Window = { from: 0, to: 0 };
  private setting = false;
  private sliding = false;

  constructor(
    container: HTMLElement,
    private readonly changed: () => void,
  ) {
    this.chart = createChart(container, chartOptions(true));
    this.candles = this.chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.18 } });
    this.candles.attachPrimitive(this.layer);
    this.chart.timeScale().applyOptions({ minBarSpacing: 0.4 });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => this.onRange(range));
    onTheme(() => this.paint());
    this.paint();
  }

  get history(): History {
    const step = this.level.minutes * 60;
    let history = this.made.get(step);
    if (!history) {
      history = resample(this.base, step);
      this.made.set(step, history);
    }
    return history;
  }

  /** The row of the level that the chart counts as its first. */
  get shift(): number {
    return this.held.from;
  }

  show(head: ChartHead, history: History, trades: readonly Trade[]): void {
    this.head = head;
    this.base = history;
    this.made.clear();
    this.trades = trades;
    const seconds = head.rows * history.step;
    this.levels = levelsFor({ name: head.timeframe, minutes: head.minutes }, seconds);
    this.level = startLevel(this.levels, seconds);
    this.candles.applyOptions({ priceFormat: axisFormat(head.decimals) });
    this.lines = linesOf(head);
    this.redrawLines();
    this.setWindow(this.history.time.length - 1);
    this.chart.timeScale().fitContent();
    this.changed();
  }

  /** Change the candles' length and keep what is in the middle in the middle. */
  setLevel(level: Level): void {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    const time = this.history.time;
    const middle = range ? (range.from + range.to) / 2 + this.shift : time.length / 2;
    const at = time[Math.min(Math.max(Math.round(middle), 0), time.length - 1)] ?? 0;
    this.level = level;
    const rows = this.history.time.length;
    const centre = Math.max(0, rowAt(this.history.time, at));
    const span = Math.min(rows + 4, 220);
    this.setWindow(centre);
    this.lookAt(centre - span / 2, centre + span / 2);
    this.changed();
  }

  fit(): void {
    this.level = startLevel(this.levels, this.head.rows * this.base.step);
    this.setWindow(this.history.time.length - 1);
    this.chart.timeScale().fitContent();
    this.changed();
  }

  jump(trade: Trade): void {
    this.level = levelForTrade(this.levels, trade.trade_duration);
    const { time, step } = this.history;
    const open = placeOf(time, step, this.testedStep, trade.open_timestamp);
    const close = placeOf(time, step, this.testedStep, trade.close_timestamp);
    const room = Math.max(30, (close - open) * 0.6);
    this.setWindow((open + close) / 2);
    this.lookAt(open - room, close + room);
    this.layer.choose(trade);
    this.changed();
  }

  pan(share: number): void {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const by = (range.to - range.from) * share;
    this.chart.timeScale().setVisibleLogicalRange({ from: range.from + by, to: range.to + by });
  }

  zoom(factor: number): void {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const [middle, half] = [(range.from + range.to) / 2, ((range.to - range.from) / 2) * factor];
    this.chart.timeScale().setVisibleLogicalRange({ from: middle - half, to: middle + half });
  }

  /** Whether candles are short enough for indicators of the tested length to have a meaning. */
  get showsIndicators(): boolean {
    return this.level.minutes <= this.head.tested.minutes * LONGEST_WITH_INDICATORS;
  }

  toggle(line: IndicatorLine): void {
    line.shown = !line.shown;
    this.redrawLines();
    this.fillLines();
    this.changed();
  }

  private get wantsLines(): boolean {
    return this.showsIndicators && this.lines.some((line) => line.shown);
  }

  private get testedStep(): number {
    return this.head.tested.minutes * 60;
  }

  private lookAt(from: number, to: number): void {
    this.chart.priceScale("right").applyOptions({ autoScale: true });
    this.chart.timeScale().setVisibleLogicalRange({ from: from - this.shift, to: to - this.shift });
  }

  private onRange(range: LogicalRange | null): void {
    if (!range || this.setting) return;
    const rows = this.history.time.length;
    const nearLeft = range.from < EDGE && this.held.from > 0;
    const nearRight = range.to > this.held.to - this.held.from - EDGE && this.held.to < rows;
    if ((nearLeft || nearRight) && !this.sliding) this.slide(range);
    this.changed();
  }

  // The chart is inside its own drawing when it tells of a new range, so its data change later.
  private slide(range: LogicalRange): void {
    this.sliding = true;
    requestAnimationFrame(() => {
      const now = this.chart.timeScale().getVisibleLogicalRange() ?? range;
      const [from, to] = [now.from + this.shift, now.to + this.shift];
      this.setWindow((from + to) / 2);
      this.chart
        .timeScale()
        .setVisibleLogicalRange({ from: from - this.shift, to: to - this.shift });
      this.sliding = false;
    });
  }

  // While the data change, the chart tells of ranges that mix the old rows with the new.
  private setWindow(centre: number): void {
    this.setting = true;
    if (this.drawn.length > 0 !== this.wantsLines) this.redrawLines();
    this.held = windowAround(this.history.time.length, centre, HELD);
    this.fillCandles();
    this.fillLines();
    const { time, step } = this.history;
    const placed = placeTrades(this.trades, time, step, this.testedStep);
    this.layer.show(placed, this.held.from, this.head.decimals);
    this.setting = false;
  }

  private fillCandles(): void {
    const history = this.history;
    const { from, to } = this.held;
    const [gain, loss] = [faded(colour("gain"), 0.28), faded(colour("loss"), 0.28)];
    const rows = Array.from({ length: to - from }, (_, i) => from + i);
    this.candles.setData(
      rows.map((i) => ({
        time: history.time[i] as UTCTimestamp,
        open: history.open[i]!,
        high: history.high[i]!,
        low: history.low[i]!,
        close: history.close[i]!,
      })),
    );
    this.volume.setData(
      rows.map((i) => ({
        time: history.time[i] as UTCTimestamp,
        value: history.volume[i]!,
        color: history.close[i]! >= history.open[i]! ? gain : loss,
      })),
    );
  }

  private fillLines(): void {
    const { time, indicators } = this.history;
    const { from, to } = this.held;
    for (const { line, series } of this.drawn) {
      const values = indicators[this.lines.indexOf(line)]!;
      const points = [];
      for (let i = from; i < to; i++) {
        const at = time[i] as UTCTimestamp;
        points.push(Number.isNaN(values[i]) ? { time: at } : { time: at, value: values[i]! });
      }
      series.setData(points);
    }
  }

  private redrawLines(): void {
    for (const { series } of this.drawn) this.chart.removeSeries(series);
    let pane = 0;
    this.drawn = this.lines
      .filter((line) => line.shown && this.showsIndicators)
      .map((line) => {
        const place = line.overlay ? 0 : ++pane;
        const stored = this.head.indicators[this.lines.indexOf(line)]?.decimals ?? 2;
        const series = this.chart.addSeries(
          LineSeries,
          {
            color: colour(line.colourName),
            lineWidth: 1,
            lineStyle: LineStyle.Solid,
            priceLineVisible: false,
            lastValueVisible: !line.overlay,
            crosshairMarkerVisible: false,
            priceFormat: axisFormat(line.overlay ? stored : stored - 1),
          },
          place,
        );
        return { line, series };
      });
    this.chart.panes().forEach((part, index) => part.setStretchFactor(index === 0 ? 4 : 1));
  }

  private paint(): void {
    const [gain, loss] = [colour("gain"), colour("loss")];
    this.chart.applyOptions(chartColours());
    this.candles.applyOptions({
      upColor: gain,
      downColor: loss,
      wickUpColor: gain,
      wickDownColor: loss,
    });
    for (const { line, series } of this.drawn) {
      series.applyOptions({ color: colour(line.colourName) });
    }
    if (this.drawn.length > 0 || this.held.to > 0) {
      const range = this.chart.timeScale().getVisibleLogicalRange();
      this.setWindow((this.held.from + this.held.to) / 2);
      if (range) this.chart.timeScale().setVisibleLogicalRange(range);
    }
  }
}

// Every overlay is shown at first, and the first two of the others: each of those costs a pane.
function linesOf(head: ChartHead): IndicatorLine[] {
  let panes = 0;
  return head.indicators.map(({ name, overlay }, index) => ({
    name,
    overlay,
    colourName: LINE_COLOURS[index % LINE_COLOURS.length]!,
    shown: overlay || ++panes <= 2,
  }));
}
