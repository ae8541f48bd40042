// Undoes what the Python side packed: base64, deflate, byte planes, zigzag, differences.

import type { ChartHead, Trade } from "./types";

export interface Columns {
  rows: number;
  columns: Record<string, unknown[] | { names: unknown[]; codes: number[] }>;
}

/** Price history as plain columns; `time` is unix seconds, the open of each candle. */
export interface History {
  /** Seconds a candle. */
  step: number;
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** Values by place in the head's list; NaN where there is none. */
  indicators: Float64Array[];
}

const VOLUME_STEPS = 100;

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export async function inflate(base64: string): Promise<Uint8Array> {
  const stream = new Blob([fromBase64(base64)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function inflateJson(base64: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await inflate(base64)));
}

export function tradesOf(packed: Columns): Trade[] {
  const columns = Object.entries(packed.columns).map(([name, column]) => {
    const at = Array.isArray(column)
      ? (row: number) => column[row]
      : (row: number) => column.names[column.codes[row] ?? -1];
    return [name, at] as const;
  });
  return Array.from({ length: packed.rows }, (_, index) => {
    const trade: Record<string, unknown> = { index };
    for (const [name, at] of columns) trade[name] = at(index);
    return trade as unknown as Trade;
  });
}

export function historyOf(head: ChartHead, bytes: Uint8Array): History {
  const rows = head.rows;
  const reader = new PlaneReader(bytes, rows);
  const step = head.minutes * 60;
  const scale = 10 ** head.decimals;
  const [steps, opens, ups, downs, moves, volumes] = Array.from({ length: 6 }, () =>
    reader.integers(),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  const history: History = {
    step,
    time: new Float64Array(rows),
    open: new Float64Array(rows),
    high: new Float64Array(rows),
    low: new Float64Array(rows),
    close: new Float64Array(rows),
    volume: new Float64Array(rows),
    indicators: [],
  };
  let time = head.start_s;
  let close = 0;
  for (let i = 0; i < rows; i++) {
    time += steps[i]! * step;
    const open = close + opens[i]!;
    close = open + moves[i]!;
    history.time[i] = time;
    history.open[i] = open / scale;
    history.close[i] = close / scale;
    history.high[i] = (Math.max(open, close) + ups[i]!) / scale;
    history.low[i] = (Math.min(open, close) - downs[i]!) / scale;
    const code = volumes[i]!;
    history.volume[i] = code === 0 ? 0 : head.volume_unit * Math.exp((code - 1) / VOLUME_STEPS);
  }
  for (const indicator of head.indicators) {
    const differences = reader.integers();
    const known = reader.bytes();
    const size = 10 ** indicator.decimals;
    const values = new Float64Array(rows);
    let value = 0;
    for (let i = 0; i < rows; i++) {
      value += differences[i]!;
      values[i] = known[i] ? value / size : Number.NaN;
    }
    history.indicators.push(values);
  }
  return history;
}

class PlaneReader {
  private offset = 0;

  constructor(
    private readonly source: Uint8Array,
    private readonly rows: number,
  ) {}

  bytes(): Uint8Array {
    const end = this.offset + this.rows;
    if (end > this.source.length) throw new Error("the chart's numbers end too early");
    const part = this.source.subarray(this.offset, end);
    this.offset = end;
    return part;
  }

  integers(): Int32Array {
    const [first, second, third, fourth] = [this.bytes(), this.bytes(), this.bytes(), this.bytes()];
    const values = new Int32Array(this.rows);
    for (let i = 0; i < this.rows; i++) {
      const code = (first[i]! | (second[i]! << 8) | (third[i]! << 16) | (fourth[i]! << 24)) >>> 0;
      values[i] = (code >>> 1) ^ -(code & 1);
    }
    return values;
  }
}
