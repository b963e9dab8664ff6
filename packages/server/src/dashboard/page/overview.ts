import type { ModelDocument } from './documents.js';
import { element, setChildren, setHidden, setText } from './elements.js';
import { figureOr, perSecond } from './figures.js';
import type { ModelView } from './model-view.js';
import { describeTraffic } from './version-words.js';

/** One line for each model with the way to it, where there are several. */
export class Overview {
  readonly #root: HTMLElement;
  readonly #list = element('ul');
  readonly #items = new Map<string, HTMLElement>();

  /** @param root is filled */
  constructor(root: HTMLElement) {
    this.#root = root;
    root.append(this.#list);
  }

  show(models: readonly { readonly model: ModelDocument; readonly view: ModelView }[]): void {
    setHidden(this.#root, models.length < 2);
    const items = models.map(({ model, view }) => {
      const item = this.#items.get(model.id) ?? begin(model.id, view.anchor);
      this.#items.set(model.id, item);
      const [, facts, warning] = item.children;
      const live = model.versions.length === 0 ? model.state : describeTraffic(model.traffic);
      if (facts !== undefined) setText(facts, `${live}, ${figureOr(perSecond, view.rate)}`);
      const failure = model.error ?? model.problem;
      if (warning !== undefined) setText(warning, failure === null ? '' : failure.code);
      return item;
    });
    const ids = new Set(models.map(({ model }) => model.id));
    for (const id of this.#items.keys()) if (!ids.has(id)) this.#items.delete(id);
    setChildren(this.#list, items);
  }
}

function begin(id: string, anchor: string): HTMLElement {
  return element(
    'li',
    {},
    element('a', { href: `#${anchor}` }, id),
    element('span', { class: 'facts' }),
    element('span', { class: 'warning' }),
  );
}
