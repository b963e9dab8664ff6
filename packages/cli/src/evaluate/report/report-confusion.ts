import type { Confusion } from '@care/vision';
import { topConfusions } from '../top-confusions.js';
import { html, type Html } from './html.js';

/** A larger matrix is not read. */
const MAX_CLASSES = 40;
const SHOWN_PAIRS = 30;

/** The matrix of the classes with most mistakes, and the pairs that are confused most often. */
export function confusionSection(confusion: Confusion, isClassification: boolean): Html {
  const { classes } = confusion;
  if (classes.length === 0) return html``;
  const places = shownPlaces(confusion);
  const left =
    places.length < classes.length
      ? `The ${places.length} classes with most mistakes, of ${classes.length}.`
      : '';
  const pairs = topConfusions(confusion, SHOWN_PAIRS);
  const list = html`<h3>Most often confused</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="name">is</th>
            <th class="name">taken for</th>
            <th>times</th>
          </tr>
        </thead>
        <tbody>
          ${pairs.map(
            ({ truth, predicted, count }) =>
              html`<tr>
                <td class="name">${truth}</td>
                <td class="name">${predicted}</td>
                <td>${count}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  return html`<h2>Confusion matrix</h2>
    <p class="faint">Rows are the truth, columns what the model says. ${left}</p>
    ${matrix(confusion, places, isClassification)} ${pairs.length === 0 ? '' : list}`;
}

function matrix(
  { classes, rows, missed, unfounded }: Confusion,
  places: readonly number[],
  isClassification: boolean,
): Html {
  const name = (place: number): string => classes[place]?.class ?? '';
  const nothing = !isClassification || missed.some((count) => count > 0);
  const head = [...places.map(name), ...(nothing ? ['(nothing)'] : [])];
  const bodyRow = (truth: number): Html => {
    const row = rows[truth] ?? [];
    const total = row.reduce((sum, count) => sum + count, missed[truth] ?? 0);
    const cells = places.map((place) => cell(row[place] ?? 0, total, place === truth));
    const last = nothing ? [cell(missed[truth] ?? 0, total, false)] : [];
    return html`<tr>
      <th class="name">${name(truth)}</th>
      ${[...cells, ...last]}
    </tr>`;
  };
  const unfoundedRow = html`<tr>
    <th class="name">(nothing)</th>
    ${places.map((place) => cell(unfounded[place] ?? 0, unfoundedTotal(unfounded), false))}
    <td></td>
  </tr>`;
  return html`<div class="scroll">
    <table class="matrix">
      <thead>
        <tr>
          <th></th>
          ${head.map((title) => html`<th><span>${title}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${places.map(bodyRow)}${isClassification ? '' : unfoundedRow}
      </tbody>
    </table>
  </div>`;
}

function cell(count: number, total: number, right: boolean): Html {
  if (count === 0) return html`<td></td>`;
  const share = (0.12 + 0.6 * (count / Math.max(1, total))).toFixed(2);
  return html`<td style="background: rgba(var(${right ? '--right' : '--wrong'}), ${share})">${count}</td>`;
}

function unfoundedTotal(unfounded: readonly number[]): number {
  return unfounded.reduce((sum, count) => sum + count, 0);
}

/** Places in the order of the classes. */
function shownPlaces({ classes, rows, missed, unfounded }: Confusion): number[] {
  const mistakes = classes.map((_, place) => {
    const asTruth = (rows[place] ?? []).reduce((sum, count, other) => sum + (other === place ? 0 : count), 0);
    const asPredicted = rows.reduce((sum, row, other) => sum + (other === place ? 0 : (row[place] ?? 0)), 0);
    return asTruth + asPredicted + (missed[place] ?? 0) + (unfounded[place] ?? 0);
  });
  return classes
    .map((_, place) => place)
    .toSorted((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0))
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b);
}
