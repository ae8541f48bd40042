// What a document says of its guardrails, in the page's words.

import { number } from "../format";
import type { GuardrailLimit, Guardrails } from "./types";

/** The limits by name: those asked for, and those that the strategy brought along. */
export function named({ limits, own }: Guardrails): string {
  const brought = Object.entries(own).map(([name, value]) => `${name} ${number(value, 0, 8)}`);
  const parts = limits === "none" ? [] : [limits];
  if (brought.length > 0) parts.push(`the strategy's own (${brought.join(", ")})`);
  return parts.join(" and ");
}

/** How many signals each guardrail refused, the most first. */
export function refusals({ refused }: Guardrails): [reason: string, signals: number][] {
  return Object.entries(refused).sort(([one, a], [other, b]) => b - a || one.localeCompare(other));
}

/** A limit as the page writes it; a table of hours as JSON. */
export function shown(value: GuardrailLimit): string {
  if (typeof value === "number") return number(value, 0, 8);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
