// The pieces that sections are put together from.

import { type Child, h } from "./dom";

export interface SectionText {
  id: string;
  title: string;
  note?: Child;
}

export function section(
  { id, title, note }: SectionText,
  tools: Child,
  ...content: Child[]
): HTMLElement {
  return h(
    "section",
    { id, class: "section", "aria-labelledby": `${id}-title` },
    h(
      "header",
      { class: "section-head" },
      h("h2", { id: `${id}-title` }, title),
      note ? h("p", { class: "note" }, note) : null,
      tools ? h("div", { class: "tools" }, tools) : null,
    ),
    content,
  );
}

export function card(title: string | null, ...content: Child[]): HTMLElement {
  return h("div", { class: "card" }, title ? h("h3", null, title) : null, content);
}

export function empty(text: Child): HTMLElement {
  return h("p", { class: "empty" }, text);
}

export function button(text: Child, label: string, onclick: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "button", "aria-label": label, onclick }, text);
}

export interface Choice<T extends string> {
  value: T;
  text: string;
  label?: string;
}

/** A row of buttons of which one is pressed; returns how to press another one. */
export function choices<T extends string>(
  label: string,
  options: readonly Choice<T>[],
  chosen: T,
  choose: (value: T) => void,
): { element: HTMLElement; press: (value: T) => void } {
  const buttons = options.map(({ value, text, label: name }) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(value === chosen),
        "aria-label": name ?? null,
        "data-value": value,
        onclick: () => {
          press(value);
          choose(value);
        },
      },
      text,
    ),
  );
  const press = (value: T) => {
    buttons.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(options[index]?.value === value));
    });
  };
  return {
    element: h("div", { class: "choices", role: "group", "aria-label": label }, buttons),
    press,
  };
}

export function resultClass(value: number | null | undefined): string {
  if (!value) return "";
  return value > 0 ? "gain" : "loss";
}

/** A bar that grows from the middle: right for a gain, left for a loss. */
export function balanceBar(value: number, largest: number): HTMLElement {
  const share = largest > 0 ? Math.min(Math.abs(value) / largest, 1) : 0;
  return h(
    "span",
    { class: "balance", "aria-hidden": "true" },
    h("span", { class: resultClass(value) || "none", style: { width: `${share * 50}%` } }),
  );
}

const live = h("div", { class: "unseen", role: "status", "aria-live": "polite" });

export function liveRegion(): HTMLElement {
  return live;
}

export function announce(text: string): void {
  live.textContent = text;
}
