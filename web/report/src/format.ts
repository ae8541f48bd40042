// Every number and time on the page is written here. Times are UTC; "–" is a figure that is
// undefined.

export const NONE = "–";
const MINUS = "−";

const STABLE = new Set([
  "USDT",
  "USDC",
  "USD",
  "EUR",
  "GBP",
  "BUSD",
  "FDUSD",
  "DAI",
  "TUSD",
  "CHF",
]);

const formats = new Map<string, Intl.NumberFormat>();

export function number(value: number, least: number, most = least): string {
  const key = `${least}:${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
    formats.set(key, format);
  }
  const text = format.format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

export function count(value: number): string {
  return number(value, 0);
}

export function signed(text: string, value: number): string {
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function percent(ratio: number, digits = 2): string {
  return `${number(ratio * 100, digits)}%`;
}

export function change(ratio: number, digits = 2): string {
  return signed(percent(ratio, digits), ratio);
}

export function moneyDecimals(currency: string, value = 1): number {
  if (STABLE.has(currency.toUpperCase())) return 2;
  const size = Math.abs(value);
  return size >= 1000 ? 2 : size >= 1 ? 4 : 8;
}

export function money(value: number, currency: string): string {
  return `${amount(value, currency)} ${currency}`;
}

export function amount(value: number, currency: string): string {
  return number(value, moneyDecimals(currency, value));
}

export function gain(value: number, currency: string): string {
  return signed(amount(value, currency), value);
}

export function price(value: number, decimals?: number): string {
  if (decimals !== undefined) return number(value, Math.max(0, decimals));
  const size = Math.abs(value);
  const digits = size === 0 ? 2 : Math.max(2, 5 - Math.floor(Math.log10(size)));
  return number(value, 0, Math.min(digits, 12));
}

export function compact(value: number): string {
  const size = Math.abs(value);
  for (const [limit, letter] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (size >= limit) return `${number(value / limit, 0, 2)}${letter}`;
  }
  return number(value, 0, size >= 1 ? 2 : 6);
}

export function duration(minutes: number): string {
  return seconds(minutes * 60);
}

// Two units at most: 3d 4h, 2h 5m, 45m, 12s.
export function seconds(total: number): string {
  if (!Number.isFinite(total)) return NONE;
  if (total < 0) return MINUS + seconds(-total);
  if (total < 1) return total === 0 ? "0s" : `${number(total * 1000, 0, 1)} ms`;
  if (total < 60) return `${number(total, 0, 1)}s`;
  const parts: [number, string][] = [
    [Math.floor(total / 86400), "d"],
    [Math.floor((total % 86400) / 3600), "h"],
    [Math.floor((total % 3600) / 60), "m"],
  ];
  const first = parts.findIndex(([size]) => size > 0);
  return parts
    .slice(first, first + 2)
    .filter(([size]) => size > 0)
    .map(([size, unit]) => `${size}${unit}`)
    .join(" ");
}

// Dates are written with a hyphen that does not break and is narrow beside even-width digits.
const HYPHEN = "\u2011";

export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", HYPHEN);
}

export function minute(ms: number): string {
  return `${day(ms)} ${new Date(ms).toISOString().slice(11, 16)}`;
}

/** What a spreadsheet understands of a text copied from the page. */
export function plain(text: string): string {
  return text.replaceAll(HYPHEN, "-").replaceAll(MINUS, "-");
}

// The units of `metric_info`; unknown ones are written as plain numbers.
export function figure(value: number | null | undefined, unit: string, currency: string): string {
  if (value === null || value === undefined) return NONE;
  switch (unit) {
    case "percent":
      return percent(value);
    case "currency":
      return money(value, currency);
    case "count":
      return number(value, 0, 2);
    case "duration":
      return seconds(value);
    default:
      return number(value, 2, Math.abs(value) < 0.1 ? 4 : 2);
  }
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
