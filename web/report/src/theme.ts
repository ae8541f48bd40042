// Light or dark, and which two colours stand for gains and losses. Canvas charts read the
// colours from the style sheet, so that there is one place for them.

export type Theme = "auto" | "light" | "dark";
export type Palette = "green-red" | "blue-orange";

const listeners: (() => void)[] = [];
const dark = matchMedia("(prefers-color-scheme: dark)");

export function startTheme(): void {
  const { dataset } = document.documentElement;
  dataset["theme"] = remembered("theme", ["auto", "light", "dark"]) ?? "auto";
  dataset["palette"] = remembered("palette", ["green-red", "blue-orange"]) ?? "green-red";
  dark.addEventListener("change", () => apply());
  addEventListener("beforeprint", () => apply("light"));
  addEventListener("afterprint", () => apply());
  apply();
}

export function theme(): Theme {
  return (document.documentElement.dataset["theme"] as Theme | undefined) ?? "auto";
}

export function palette(): Palette {
  return (document.documentElement.dataset["palette"] as Palette | undefined) ?? "green-red";
}

export function setTheme(value: Theme): void {
  document.documentElement.dataset["theme"] = value;
  remember("theme", value);
  apply();
}

export function setPalette(value: Palette): void {
  document.documentElement.dataset["palette"] = value;
  remember("palette", value);
  apply();
}

export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

/** The value of a colour of the style sheet, by its name without the dashes. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function faded(hex: string, alpha: number): string {
  const value = Number.parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}

export function lessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function apply(scheme?: "light"): void {
  const chosen = theme() === "auto" ? (dark.matches ? "dark" : "light") : theme();
  document.documentElement.dataset["scheme"] = scheme ?? chosen;
  for (const listener of listeners) listener();
}

// A page opened from disk may be denied storage; the choice then lasts as long as the page.
function remembered(key: string, allowed: readonly string[]): string | null {
  try {
    const value = localStorage.getItem(`tidegate-report-${key}`);
    return value !== null && allowed.includes(value) ? value : null;
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`tidegate-report-${key}`, value);
  } catch {
    return;
  }
}
