import type { Measure } from '@care/vision';
import { errorReport } from '../../output/print-error.js';
import { classTable } from '../class-table.js';
import { modelName, type EvalOutcome } from '../eval-outcome.js';
import { figureName, figureText } from '../figure-text.js';
import { html, type Html } from './html.js';
import { confusionSection } from './report-confusion.js';
import { worstPictures } from './report-pictures.js';
import { REPORT_STYLE } from './report-style.js';

/** The evaluation as one HTML file that needs nothing else: pictures and style are in it, scripts are not used. */
export async function reportHtml(outcome: EvalOutcome, worst: number, signal: AbortSignal): Promise<string> {
  const { evaluation, warnings } = outcome;
  const isClassification = evaluation.task === 'classification';
  const pictures = await worstPictures(outcome, worst, signal);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${modelName(outcome)} on ${outcome.data}</title>
        <style>
          ${{ html: REPORT_STYLE }}
        </style>
      </head>
      <body>
        <h1>${modelName(outcome)}</h1>
        <p>
          ${evaluation.task} on ${outcome.data}: ${evaluation.imageCount}
          pictures${isClassification ? '' : `, ${evaluation.truthCount} objects`}
        </p>
        ${settingsLine(outcome)} ${warnings.map((text) => html`<p class="warning">${text}</p>`)}
        <h2>Figures</h2>
        ${evaluation.measures.map(measureSection)}
        <h2>Worst pictures</h2>
        ${pictures.length === 0 ? html`<p class="faint">None: no picture has a mistake.</p>` : html`<div class="pairs">${pictures}</div>`}
        ${classSection(outcome, isClassification)} ${confusionSection(evaluation.confusion, isClassification)}
        ${failureSection(outcome)}
      </body>
    </html> `;
  return page.html;
}

function settingsLine({ servedBy, predictOptions, dataset, workingConfidence }: EvalOutcome): Html {
  const { registry, variant, backend, device, sha256 } = servedBy;
  const { confidence = 0, iou, maxDetections, topK } = predictOptions;
  const settings = [
    `registry ${registry}, variant ${variant} on ${backend}/${device}, sha256 ${sha256.slice(0, 12)}`,
    `data format ${dataset.format}`,
    `predictions from confidence ${confidence}`,
    ...(iou === undefined ? [] : [`IoU of suppression ${iou}`]),
    ...(maxDetections === undefined ? [] : [`at most ${maxDetections} a picture`]),
    ...(topK === undefined ? [`in use from confidence ${workingConfidence}`] : [`best ${topK} classes`]),
  ];
  return html`<p class="faint">${settings.join('; ')}</p>`;
}

/** Figures that are quoted are larger. */
const MAIN_FIGURES = 3;

function measureSection({ title, figures }: Measure): Html {
  const tiles = Object.entries(figures).map(
    ([key, figure], index) =>
      html`<div class="tile ${index < MAIN_FIGURES ? 'main' : ''}">
        <b>${figureText(figure)}</b><span>${figureName(key)}</span>
      </div>`,
  );
  return html`<h3>${title}</h3>
    <div class="tiles">${tiles.slice(0, MAIN_FIGURES)}</div>
    ${tiles.length > MAIN_FIGURES ? html`<div class="tiles" style="margin-top: 10px">${tiles.slice(MAIN_FIGURES)}</div>` : ''}`;
}

function classSection({ evaluation }: EvalOutcome, isClassification: boolean): Html {
  const { columns, rows } = classTable(evaluation);
  if (rows.length === 0) return html``;
  return html`<h2>Per class</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="name">class</th>
            <th>${isClassification ? 'pictures' : 'objects'}</th>
            ${columns.map((title) => html`<th>${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, truthCount, figures }) =>
              html`<tr>
                <td class="name">${name}</td>
                <td>${truthCount}</td>
                ${figures.map(figureCell)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function figureCell(figure: number | null): Html {
  if (figure === null) return html`<td class="faint">-</td>`;
  return html`<td class="bar" style="--share: ${(figure * 100).toFixed(1)}%">${figureText(figure)}</td>`;
}

function failureSection({ failures }: EvalOutcome): Html {
  if (failures.length === 0) return html``;
  return html`<h2>Not evaluated</h2>
    <div class="scroll">
      <table>
        <tbody>
          ${failures.map(({ name, error }) => {
            const { code, message } = errorReport(error);
            return html`<tr>
              <td class="name">${name}</td>
              <td class="name">${code}: ${message}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}
