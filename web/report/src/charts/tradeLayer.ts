// Draws entries, exits and the line between them over the candles, at exact times and prices.

import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";
import type { Trade } from "../data/types";
import { change, price } from "../format";
import { colour, faded } from "../theme";
import { FONT } from "./base";
import { between, distance, type Placed, sumsByRow } from "./placing";

const ARROW_ROOM = 9; // pixels of width for each trade, at least, where all get arrows
const LINE_ROOM = 1.2; // and where all get a line and dots; below that, the ribbon speaks for them
const RIBBON = { top: 8, height: 9 };
const REACH = 9; // pixels from the pointer within which a trade is meant

interface Point {
  x: number;
  y: number;
}

export type Detail = "arrows" | "lines" | "ribbon";
type Context = CanvasRenderingContext2D;

export class TradeLayer implements ISeriesPrimitive<Time> {
  private chart: IChartApi | null = null;
  private series: ISeriesApi<"Candlestick"> | null = null;
  private redraw: () => void = () => undefined;
  private placed: Placed[] = [];
  private shift = 0;
  private decimals = 2;
  private hovered: Trade | null = null;
  private chosen: Trade | null = null;
  private readonly view: IPrimitivePaneView;

  constructor() {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) => target.useMediaCoordinateSpace(({ context }) => this.draw(context)),
    };
    this.view = { renderer: () => renderer, zOrder: () => "top" };
  }

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter<Time>): void {
    this.chart = chart as IChartApi;
    this.series = series as ISeriesApi<"Candlestick">;
    this.redraw = requestUpdate;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.view];
  }

  /** `shift` is the row that the chart counts as its first. */
  show(placed: Placed[], shift: number, decimals: number): void {
    this.placed = placed;
    this.shift = shift;
    this.decimals = decimals;
    this.redraw();
  }

  hover(trade: Trade | null): void {
    if (trade === this.hovered) return;
    this.hovered = trade;
    this.redraw();
  }

  choose(trade: Trade | null): void {
    this.chosen = trade;
    this.redraw();
  }

  inView(): Placed[] {
    const range = this.chart?.timeScale().getVisibleLogicalRange();
    if (!range) return [];
    return between(this.placed, range.from + this.shift - 1, range.to + this.shift + 1);
  }

  /** How much of each trade is drawn where so many are in view. */
  detail(visible: number): Detail {
    const width = this.chart?.timeScale().width() ?? 0;
    if (visible * ARROW_ROOM <= width) return "arrows";
    return visible * LINE_ROOM <= width ? "lines" : "ribbon";
  }

  nearest(point: Point): Trade | null {
    const visible = this.inView();
    if (this.detail(visible.length) === "ribbon") return null;
    let [best, reach]: [Trade | null, number] = [null, REACH];
    for (const item of visible) {
      const ends = this.ends(item);
      if (!ends) continue;
      const apart = Math.min(
        Math.hypot(point.x - ends[0].x, point.y - ends[0].y),
        Math.hypot(point.x - ends[1].x, point.y - ends[1].y),
        distance(point, ...ends) + 2, // an end is meant rather than a line that crosses it
      );
      if (apart < reach) [best, reach] = [item.trade, apart];
    }
    return best;
  }

  private ends(item: Placed): [Point, Point] | null {
    const scale = this.chart?.timeScale();
    if (!scale || !this.series) return null;
    const origin = scale.logicalToCoordinate(0 as Logical);
    const next = scale.logicalToCoordinate(1 as Logical);
    const top = this.series.priceToCoordinate(item.trade.open_rate);
    const end = this.series.priceToCoordinate(item.trade.close_rate);
    if (origin === null || next === null || top === null || end === null) return null;
    const x = (row: number) => origin + (row - this.shift) * (next - origin);
    return [
      { x: x(item.open), y: top },
      { x: x(item.close), y: end },
    ];
  }

  private draw(context: Context): void {
    const visible = this.inView();
    const detail = this.detail(visible.length);
    context.save();
    if (detail === "ribbon") this.drawRibbon(context, visible);
    for (const item of detail === "ribbon" ? [] : visible) {
      const ends = this.ends(item);
      if (!ends || item.trade === this.chosen) continue;
      const strong = item.trade === this.hovered;
      if (strong || detail === "arrows") this.drawTrade(context, item.trade, ends, strong);
      else this.drawSmall(context, item.trade, ends);
    }
    const chosen = visible.find((item) => item.trade === this.chosen);
    const ends = chosen && this.ends(chosen);
    if (chosen && ends) this.drawChosen(context, chosen.trade, ends);
    context.restore();
  }

  // What the trades closed within each candle came to together, where they are too many to draw.
  private drawRibbon(context: Context, visible: readonly Placed[]): void {
    const scale = this.chart?.timeScale();
    const origin = scale?.logicalToCoordinate(0 as Logical) ?? null;
    const next = scale?.logicalToCoordinate(1 as Logical) ?? null;
    if (origin === null || next === null) return;
    const sums = sumsByRow(visible);
    const largest = Math.max(...[...sums.values()].map(Math.abs));
    const width = next - origin;
    for (const [row, sum] of sums) {
      const share = Math.sqrt(Math.abs(sum) / (largest || 1));
      context.fillStyle = faded(colour(sum >= 0 ? "gain" : "loss"), 0.2 + 0.8 * share);
      const left = origin + (row - this.shift - 0.5) * width;
      context.fillRect(left, RIBBON.top, Math.max(width - (width > 3 ? 1 : 0), 0.5), RIBBON.height);
    }
  }

  private drawSmall(context: Context, trade: Trade, [a, b]: [Point, Point]): void {
    context.strokeStyle = faded(resultColour(trade), 0.6);
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
    drawDot(context, a, 2, trade.is_short ? colour("short") : colour("entry"));
    drawDot(context, b, 2.5, faded(resultColour(trade), 0.85));
  }

  private drawTrade(context: Context, trade: Trade, [a, b]: [Point, Point], strong: boolean): void {
    context.strokeStyle = faded(resultColour(trade), strong ? 1 : 0.75);
    context.lineWidth = strong ? 2.25 : 1.25;
    context.setLineDash(strong ? [] : [4, 3]);
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
    context.setLineDash([]);
    drawEntry(context, trade, a, strong ? 7.5 : 6);
    drawExit(context, trade, b, strong ? 5.5 : 4.5);
  }

  private drawChosen(context: Context, trade: Trade, [a, b]: [Point, Point]): void {
    const stop = trade.initial_stop_loss_abs;
    const y = stop === null ? null : (this.series?.priceToCoordinate(stop) ?? null);
    const right = Math.max(b.x, a.x + 2);
    context.fillStyle = faded(resultColour(trade), 0.13);
    context.fillRect(a.x, Math.min(a.y, b.y), right - a.x, Math.abs(b.y - a.y));
    if (y !== null && stop !== null && stop > 0) {
      context.strokeStyle = colour("loss");
      context.lineWidth = 1;
      context.setLineDash([2, 3]);
      context.beginPath();
      context.moveTo(a.x, y);
      context.lineTo(right, y);
      context.stroke();
      context.setLineDash([]);
      drawLabel(context, "stop", { x: a.x - 8, y }, "right", colour("loss"));
    }
    this.drawTrade(context, trade, [a, b], true);
    const write = (value: number) => price(value, this.decimals);
    drawLabel(context, write(trade.open_rate), { x: a.x - 12, y: a.y }, "right", colour("entry"));
    const exit = `${write(trade.close_rate)}  ${change(trade.profit_ratio)}`;
    drawLabel(context, exit, { x: b.x + 12, y: b.y }, "left", resultColour(trade));
  }
}

export function resultColour(trade: Trade): string {
  return trade.profit_abs > 0
    ? colour("gain")
    : trade.profit_abs < 0
      ? colour("loss")
      : colour("muted");
}

// An arrow whose tip touches the price: from below for a long, from above for a short.
function drawEntry(context: Context, trade: Trade, at: Point, size: number): void {
  const down = trade.is_short ? -1 : 1;
  context.beginPath();
  context.moveTo(at.x, at.y);
  context.lineTo(at.x - size * 0.8, at.y + down * size * 1.5);
  context.lineTo(at.x + size * 0.8, at.y + down * size * 1.5);
  context.closePath();
  outlined(context, trade.is_short ? colour("short") : colour("entry"));
}

function drawExit(context: Context, trade: Trade, at: Point, size: number): void {
  context.beginPath();
  context.moveTo(at.x, at.y - size);
  context.lineTo(at.x + size, at.y);
  context.lineTo(at.x, at.y + size);
  context.lineTo(at.x - size, at.y);
  context.closePath();
  outlined(context, resultColour(trade));
}

function drawDot(context: Context, at: Point, radius: number, fill: string): void {
  context.fillStyle = fill;
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fill();
}

function outlined(context: Context, fill: string): void {
  context.lineWidth = 2.5;
  context.strokeStyle = colour("card");
  context.lineJoin = "round";
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

function drawLabel(
  context: Context,
  text: string,
  at: Point,
  align: "left" | "right",
  fill: string,
): void {
  context.font = `600 11px ${FONT}`;
  const width = context.measureText(text).width + 12;
  const left = align === "left" ? at.x : at.x - width;
  context.fillStyle = fill;
  context.beginPath();
  context.roundRect(left, at.y - 9, width, 18, 4);
  context.fill();
  context.fillStyle = colour("on-mark");
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left + 6, at.y + 0.5);
}
