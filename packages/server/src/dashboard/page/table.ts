import { element, setText } from './elements.js';

export interface Cell {
  readonly text: string;
  /** A second line, smaller. */
  readonly note?: string;
  /** Class of the cell, for its look. */
  readonly look?: string;
  /** Colour slot of a swatch before the text. */
  readonly slot?: number;
}

export interface Column {
  readonly title: string;
  /** Figures stand right, under one another. */
  readonly numeric?: boolean;
}

/** A table whose rows are written anew at each look; cells that say the same are not touched. */
export class Table {
  readonly root: HTMLElement;
  readonly #head = element('tr');
  readonly #body = element('tbody');
  #columns: readonly Column[] = [];

  /**
   * @param label of the table, for those who hear the page
   * @param look its class
   */
  constructor(label: string, look: string) {
    const table = element('table', { 'aria-label': label }, element('thead', {}, this.#head), this.#body);
    // It scrolls by itself when the page is narrow, so it must be reachable by keyboard.
    this.root = element(
      'div',
      { class: `table-frame ${look}`, tabindex: '0', role: 'region', 'aria-label': label },
      table,
    );
  }

  show(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.#columns = columns;
    resize(this.#head, columns.length, () => element('th', { scope: 'col' }));
    columns.forEach(({ title, numeric }, index) => {
      const cell = this.#head.children[index];
      if (cell === undefined) return;
      setText(cell, title);
      cell.classList.toggle('numeric', numeric === true);
    });
    resize(this.#body, rows.length, () => element('tr'));
    rows.forEach((row, index) => {
      const line = this.#body.children[index];
      if (line !== undefined) this.#fill(line, row);
    });
  }

  #fill(line: Element, row: readonly Cell[]): void {
    if (line.childElementCount !== row.length) {
      line.replaceChildren(
        ...row.map((_, index) =>
          index === 0 ? element('th', { scope: 'row' }, ...cellParts()) : element('td', {}, ...cellParts()),
        ),
      );
    }
    row.forEach(({ text, note, look, slot }, index) => {
      const cell = line.children[index];
      const [swatch, main, small] = cell?.children ?? [];
      if (cell === undefined || swatch === undefined || main === undefined || small === undefined) return;
      const numeric = this.#columns[index]?.numeric === true ? 'numeric' : '';
      cell.className = [numeric, look ?? ''].join(' ').trim();
      swatch.className = slot === undefined ? '' : `swatch slot-${String(slot)}`;
      setText(main, text);
      setText(small, note ?? '');
    });
  }
}

function cellParts(): HTMLElement[] {
  return [element('i', { 'aria-hidden': 'true' }), element('span'), element('small')];
}

function resize(parent: Element, size: number, make: () => Element): void {
  while (parent.childElementCount > size) parent.lastElementChild?.remove();
  while (parent.childElementCount < size) parent.append(make());
}
