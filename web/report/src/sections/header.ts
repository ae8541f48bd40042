// The bar at the top, what was run, and how far to trust it.

import type { Document } from "../data/types";
import { type Child, h, s } from "../dom";
import { count, day, plural } from "../format";
import { choices } from "../parts";
import { type Palette, palette, setPalette, setTheme, type Theme, theme } from "../theme";
import { explain } from "../tooltip";

export const MADE = "made market";

export function mark(): SVGElement {
  return s(
    "svg",
    { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 8, class: "mark-ground" }),
    s("path", { d: "M7 7v18M25 7v18", class: "mark-gate" }),
    s("path", { d: "M7 18c3-4 6-4 9 0s6 4 9 0", class: "mark-tide" }),
  );
}

export function topBar(links: readonly { id: string; text: string }[]): HTMLElement {
  return h(
    "header",
    { class: "bar" },
    h(
      "a",
      { class: "brand", href: "#top", "aria-label": "Tidegate, to the top" },
      mark(),
      "Tidegate",
    ),
    h(
      "nav",
      { "aria-label": "Sections" },
      links.map(({ id, text }) => h("a", { href: `#${id}` }, text)),
    ),
    h("div", { class: "settings" }, paletteChoice(), themeChoice()),
  );
}

export function headline(document: Document): HTMLElement {
  const { strategy, run } = document;
  return h(
    "div",
    { class: "headline", id: "top" },
    h(
      "div",
      { class: "headline-text" },
      h(
        "p",
        { class: "over" },
        "Backtest report",
        run.prices === "recorded"
          ? null
          : explain(h("span", { class: "pill made" }, MADE), run.prices),
        h("span", { class: "pill" }, `${run.realism} realism`),
      ),
      h(
        "h1",
        null,
        strategy.name,
        strategy.version ? h("span", { class: "version" }, `v${strategy.version}`) : null,
      ),
      strategy.description ? h("p", { class: "description" }, strategy.description) : null,
      facts(document),
    ),
    badge(document),
  );
}

function facts({ run }: Document): HTMLElement {
  const [from, to] = [Date.parse(run.start), Date.parse(run.end)];
  const days = Math.max(1, Math.round((to - from) / 86_400_000));
  const fact = (name: string, value: Child) =>
    h("div", null, h("dt", null, name), h("dd", null, value));
  return h(
    "dl",
    { class: "facts" },
    fact(run.pairs.length === 1 ? "Pair" : "Pairs", pairsText(run.pairs)),
    fact("Candles", `${count(run.candles)} of ${run.timeframe}`),
    fact("Period (UTC, as all times here)", `${day(from)} to ${day(to)}, ${plural(days, "day")}`),
  );
}

function pairsText(pairs: readonly string[]): Child {
  if (pairs.length <= 6) return pairs.join(", ");
  const more = `${pairs.slice(0, 5).join(", ")} and ${pairs.length - 5} more`;
  return explain(h("span", null, more), pairs.join(", "));
}

function badge({ grade }: Document): HTMLElement | null {
  if (!grade) return null;
  const around = 2 * Math.PI * 34;
  const share = Math.min(Math.max(grade.score, 0), 1);
  const ring = s(
    "svg",
    { viewBox: "0 0 80 80", "aria-hidden": "true" },
    s("circle", { cx: 40, cy: 40, r: 34, class: "ring" }),
    s("circle", {
      cx: 40, cy: 40, r: 34, class: "ring-score",
      "stroke-dasharray": `${around * share} ${around}`,
    }), // prettier-ignore
    s("text", { x: 40, y: 41, class: "ring-letter" }, grade.letter),
  );
  const words = `Realism grade ${grade.letter}, ${Math.round(share * 100)} of 100`;
  return h(
    "a",
    { class: "badge", href: "#assumptions", "aria-label": `${words}: see why` },
    ring,
    h("span", { class: "badge-name" }, "Realism"),
    h("span", { class: "badge-score" }, `${Math.round(share * 100)} of 100`),
  );
}

function themeChoice(): HTMLElement {
  const options = [
    { value: "auto", text: "Auto", label: "Theme of the system" },
    { value: "light", text: "Light", label: "Light theme" },
    { value: "dark", text: "Dark", label: "Dark theme" },
  ] as const;
  return choices<Theme>("Theme", options, theme(), setTheme).element;
}

function paletteChoice(): HTMLElement {
  const swatch = (gain: string, loss: string) => [
    h("span", { class: `swatch ${gain}` }),
    h("span", { class: `swatch ${loss}` }),
  ];
  const { element } = choices<Palette>(
    "Colours of gains and losses",
    [
      { value: "green-red", text: "", label: "Gains green, losses red" },
      {
        value: "blue-orange",
        text: "",
        label: "Gains blue, losses orange: safe for colour blindness",
      },
    ],
    palette(),
    setPalette,
  );
  element.children[0]?.append(...swatch("green", "red"));
  element.children[1]?.append(...swatch("blue", "orange"));
  return element;
}
