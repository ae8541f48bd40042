// One bubble for explanations, shown on hover, focus and touch.

import { append, h, replace } from "./dom";

const bubble = h("div", { class: "bubble", role: "tooltip", id: "bubble", hidden: true });
let owner: Element | null = null;

export function startTooltips(): void {
  append(document.body, bubble);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
}

export function explain<T extends HTMLElement>(element: T, text: string): T {
  if (!element.matches("button, a, [tabindex]")) element.tabIndex = 0;
  element.classList.add("explained");
  element.addEventListener("pointerenter", () => show(element, text));
  element.addEventListener("pointerleave", hide);
  element.addEventListener("focus", () => show(element, text));
  element.addEventListener("blur", hide);
  return element;
}

function show(element: HTMLElement, text: string): void {
  owner?.removeAttribute("aria-describedby");
  owner = element;
  element.setAttribute("aria-describedby", bubble.id);
  replace(bubble, text);
  bubble.hidden = false;
  const at = element.getBoundingClientRect();
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left), innerWidth - width - 8);
  const below = at.bottom + 8 + height < innerHeight;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${below ? at.bottom + 8 : at.top - height - 8}px`;
}

function hide(): void {
  owner?.removeAttribute("aria-describedby");
  owner = null;
  bubble.hidden = true;
}
