import type { ModelDocument } from './documents.js';
import { element, setChildren, setText } from './elements.js';
import { percent, trimmed } from './figures.js';
import type { VersionLines } from './version-lines.js';
import { versionLabels } from './version-words.js';

/** The live versions, each as wide as its share of the traffic. The table of versions says the same in figures. */
export class TrafficBar {
  readonly root = element('div', { class: 'traffic-bar', 'aria-hidden': 'true' });
  readonly #parts = new Map<string, HTMLElement>();

  show({ versions }: ModelDocument, lines: VersionLines): void {
    const labels = versionLabels(versions);
    const live = versions.filter(({ role, share }) => role === 'live' && share > 0);
    for (const id of this.#parts.keys()) if (!live.some((one) => one.id === id)) this.#parts.delete(id);
    const parts = live.map(({ id, share }) => {
      const part = this.#parts.get(id) ?? element('span');
      this.#parts.set(id, part);
      part.className = `slot-${String(lines.slotOf(id) ?? 0)}`;
      part.style.flexGrow = String(share);
      setText(part, `${labels.get(id) ?? id} ${trimmed(percent)(share)}`);
      return part;
    });
    setChildren(this.root, parts);
  }
}
