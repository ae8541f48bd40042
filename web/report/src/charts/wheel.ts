// The wheel scrolls the page until a chart has been clicked or focused; then it zooms that chart.

import type { IChartApi } from "lightweight-charts";

export function zoomOnceActive(container: HTMLElement, chart: IChartApi): void {
  const set = (active: boolean) => {
    container.classList.toggle("active", active);
    chart.applyOptions({
      handleScale: { mouseWheel: active },
      handleScroll: { mouseWheel: active },
    });
  };
  set(false);
  container.addEventListener("pointerdown", () => set(true));
  container.addEventListener("pointerleave", () => set(false));
  container.addEventListener("focusin", () => set(true));
  container.addEventListener("focusout", () => set(false));
}
