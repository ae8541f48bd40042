// Which rows of a long table have to exist for the part that is in view.

export interface Slice {
  first: number;
  last: number;
  /** Height of the rows that are left out above and below, in pixels. */
  above: number;
  below: number;
}

const SPARE = 12; // rows kept ready beyond each edge

export function sliceOf(rows: number, scrollTop: number, height: number, rowHeight: number): Slice {
  const start = Math.floor(scrollTop / rowHeight) - SPARE;
  const first = Math.max(0, Math.min(start, rows));
  const last = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + SPARE);
  return {
    first,
    last: Math.max(first, last),
    above: first * rowHeight,
    below: Math.max(0, rows - last) * rowHeight,
  };
}
