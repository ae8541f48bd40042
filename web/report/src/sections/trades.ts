// Every trade: filtered, sorted, exported; a row leads to the chart.

import type { Document, Trade } from "../data/types";
import { h, replace } from "../dom";
import { count, gain, plural } from "../format";
import { announce, button, empty, section } from "../parts";
import { fileName, save } from "../save";
import type { Selection } from "../selection";
import { csvOf } from "../table/csv";
import { type Filter, NO_FILTER, type Order, select, summary } from "../table/select";
import { sliceOf } from "../table/virtual";
import { COLUMNS, type Words } from "./tradeColumns";
import { filterBar } from "./tradeFilters";

const ROW_HEIGHT = 36;
const PRINTED = 200;
const TEXT = {
  id: "trades",
  title: "Trades",
  note: "A click or Enter on a row shows the trade on the chart.",
};

export function tradeSection(
  document: Document,
  trades: readonly Trade[],
  decimals: Words["decimals"],
  selection: Selection,
): HTMLElement {
  if (trades.length === 0) return section({ ...TEXT, note: null }, null, empty("There are none."));
  const words = { currency: document.run.currency, decimals };
  return new TradeTable(document, trades, words, selection).element;
}

class TradeTable {
  readonly element: HTMLElement;
  private filter: Filter = NO_FILTER;
  private order: Order = { key: "index", descending: false };
  private shown: Trade[] = [];
  private focused = 0;
  private printing = false;
  private readonly headers = new Map<string, HTMLElement>();
  private readonly body = h("tbody");
  private readonly above = h("tr", { class: "spacer", "aria-hidden": "true" });
  private readonly below = h("tr", { class: "spacer", "aria-hidden": "true" });
  private readonly total = h("p", { class: "table-total" });
  private readonly scroller: HTMLElement;
  private readonly table: HTMLTableElement;

  constructor(
    private readonly document: Document,
    private readonly trades: readonly Trade[],
    private readonly words: Words,
    private readonly selection: Selection,
  ) {
    this.table = h(
      "table",
      { class: "trades", "aria-label": "Trades" },
      h(
        "colgroup",
        null,
        COLUMNS.map(({ width }) => h("col", { style: { width } })),
      ),
      h(
        "thead",
        null,
        h(
          "tr",
          { "aria-rowindex": 1 },
          COLUMNS.map((column) => this.heading(column)),
        ),
      ),
      this.body,
    );
    this.scroller = h("div", { class: "table-scroll" }, this.table);
    this.scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    this.table.addEventListener("keydown", (event) => this.onKey(event));
    this.body.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.draw()).observe(this.scroller);
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
    const bar = filterBar(trades, (filter) => {
      this.filter = filter;
      this.refresh();
    });
    const csv = button("Export CSV", "Save the trades on show as CSV", () => this.export());
    const card = h("div", { class: "card table-card" }, bar, this.total, this.scroller);
    this.element = section(TEXT, csv, card);
    selection.on((trade, from) => this.onChosen(trade, from));
    this.refresh();
  }

  private heading(column: (typeof COLUMNS)[number]): HTMLElement {
    const cell = h(
      "th",
      { scope: "col", class: column.numeric ? "num" : null },
      h(
        "button",
        { type: "button", onclick: () => this.sortBy(column) },
        column.title(this.document.run.currency),
      ),
    );
    this.headers.set(column.key, cell);
    return cell;
  }

  private sortBy(column: (typeof COLUMNS)[number]): void {
    const again = this.order.key === column.key;
    const descending = again ? !this.order.descending : column.numeric && column.key !== "index";
    this.order = { key: column.key, descending };
    this.refresh();
    const way = descending ? "descending" : "ascending";
    announce(`Sorted by ${column.title(this.document.run.currency)}, ${way}.`);
  }

  private refresh(): void {
    this.shown = select(this.trades, this.filter, this.order);
    this.focused = 0;
    for (const [key, cell] of this.headers) {
      const sorted = key === this.order.key;
      if (sorted)
        cell.setAttribute("aria-sort", this.order.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.table.setAttribute("aria-rowcount", String(this.shown.length + 1));
    this.scroller.scrollTop = 0;
    this.write();
    this.draw();
  }

  private write(): void {
    const { wins, losses, profit } = summary(this.shown);
    const { currency } = this.document.run;
    const of = this.shown.length === this.trades.length ? "" : ` of ${count(this.trades.length)}`;
    replace(
      this.total,
      h("b", null, `${count(this.shown.length)}${of}`),
      ` ${this.trades.length === 1 ? "trade" : "trades"}: ${plural(wins, "win")}, ${plural(losses, "loss", "losses")}, `,
      h(
        "b",
        { class: profit > 0 ? "gain" : profit < 0 ? "loss" : null },
        `${gain(profit, currency)} ${currency}`,
      ),
    );
  }

  private draw(): void {
    const { scrollTop, clientHeight } = this.scroller;
    const slice = this.printing
      ? { first: 0, last: Math.min(PRINTED, this.shown.length), above: 0, below: 0 }
      : sliceOf(this.shown.length, scrollTop, clientHeight, ROW_HEIGHT);
    const focusInside = this.body.contains(document.activeElement);
    this.above.style.height = `${slice.above}px`;
    this.below.style.height = `${slice.below}px`;
    const rows = [];
    for (let row = slice.first; row < slice.last; row++) rows.push(this.row(row));
    if (this.shown.length === 0) {
      const cell = h("td", { colspan: COLUMNS.length }, empty("No trade matches these filters."));
      replace(this.body, h("tr", { class: "none" }, cell));
      return;
    }
    replace(this.body, this.above, rows, this.below);
    if (focusInside) this.focusRow();
  }

  private row(place: number): HTMLTableRowElement {
    const trade = this.shown[place]!;
    return h(
      "tr",
      {
        "data-place": place,
        "data-trade": trade.index + 1,
        "aria-rowindex": place + 2,
        tabindex: place === this.focused ? 0 : -1,
        "aria-current": this.selection.current === trade ? "true" : null,
      },
      COLUMNS.map((column) =>
        h(
          "td",
          { class: column.style?.(trade) ?? (column.numeric ? "num" : null) },
          column.cell(trade, this.words),
        ),
      ),
    );
  }

  private focusRow(): void {
    this.body
      .querySelector<HTMLElement>(`[data-place="${this.focused}"]`)
      ?.focus({ preventScroll: true });
  }

  private onClick(event: Event): void {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-place]");
    if (!row) return;
    this.focused = Number(row.dataset["place"]);
    this.selection.choose(this.shown[this.focused] ?? null, "table");
  }

  private onKey(event: KeyboardEvent): void {
    if (!(event.target as Element).matches("tr[data-place]")) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 2);
    const last = this.shown.length - 1;
    const goals: Record<string, number> = {
      ArrowDown: this.focused + 1,
      ArrowUp: this.focused - 1,
      PageDown: this.focused + page,
      PageUp: this.focused - page,
      Home: 0,
      End: last,
    };
    const goal = goals[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      this.focused = Math.min(Math.max(goal, 0), last);
      this.reveal(this.focused);
      this.draw();
      this.focusRow();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.selection.choose(this.shown[this.focused] ?? null, "table");
    }
  }

  private reveal(place: number): void {
    const head = this.table.tHead?.offsetHeight ?? 0;
    const [top, height] = [place * ROW_HEIGHT, this.scroller.clientHeight - head];
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > this.scroller.scrollTop + height) {
      this.scroller.scrollTop = top + ROW_HEIGHT - height;
    }
  }

  private onChosen(trade: Trade | null, from: string): void {
    const place = trade ? this.shown.indexOf(trade) : -1;
    if (place >= 0) {
      this.focused = place;
      if (from !== "table") this.reveal(place);
    }
    this.draw();
  }

  private export(): void {
    const name = fileName(this.document.strategy.name, "trades");
    save(`${name}.csv`, new Blob([csvOf(this.shown)], { type: "text/csv" }));
    announce(`${plural(this.shown.length, "trade")} exported.`);
  }

  private print(on: boolean): void {
    this.printing = on;
    this.draw();
    if (on && this.shown.length > PRINTED) {
      this.total.append(`; the first ${PRINTED} are printed`);
    } else this.write();
  }
}
