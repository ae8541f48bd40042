// What the canvas charts have in common: type, colours, and following the theme.

import {
  ColorType,
  CrosshairMode,
  type DeepPartial,
  type Time,
  type TimeChartOptions,
} from "lightweight-charts";
import { minute, number } from "../format";
import { colour } from "../theme";

export const FONT = '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export function chartColours(): DeepPartial<TimeChartOptions> {
  const line = colour("line");
  return {
    layout: {
      background: { type: ColorType.Solid, color: colour("card") },
      textColor: colour("muted"),
      panes: { separatorColor: line, separatorHoverColor: line },
    },
    grid: { vertLines: { color: colour("grid") }, horzLines: { color: colour("grid") } },
    crosshair: {
      vertLine: { color: colour("faint"), labelBackgroundColor: colour("label") },
      horzLine: { color: colour("faint"), labelBackgroundColor: colour("label") },
    },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line },
  };
}

export function chartOptions(attribution: boolean): DeepPartial<TimeChartOptions> {
  const { layout, crosshair, rightPriceScale, timeScale, ...rest } = chartColours();
  return {
    ...rest,
    autoSize: true,
    layout: { ...layout, fontFamily: FONT, fontSize: 11, attributionLogo: attribution },
    crosshair: { ...crosshair, mode: CrosshairMode.Normal },
    rightPriceScale: { ...rightPriceScale, minimumWidth: 72 },
    timeScale: { ...timeScale, timeVisible: true, secondsVisible: false },
    localization: { locale: "en-GB", timeFormatter: (time: Time) => minute(Number(time) * 1000) },
    handleScroll: { vertTouchDrag: false },
  };
}

/** How an axis writes values with this many decimals. */
export function axisFormat(decimals: number) {
  const digits = Math.max(0, decimals);
  return {
    type: "custom" as const,
    minMove: 10 ** -decimals,
    formatter: (value: number) => number(value, digits),
  };
}
