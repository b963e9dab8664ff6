import {
  comparedAccuracy,
  profileKey,
  reportedFront,
  summarizeProfiles,
  type Profile,
} from '@care/benchmark';
import { html, type Html } from '../../evaluate/report/html.js';
import { REPORT_STYLE } from '../../evaluate/report/report-style.js';
import { BENCH_COLUMNS } from '../bench-table.js';
import { figure } from '../bench-figures.js';
import { BENCH_STYLE } from './bench-style.js';
import { distributionSection } from './distributions.js';
import { scatterSection, type ScatterPoint } from './scatter.js';

/** The measurements as one HTML file that needs nothing else: figures and style are in it, scripts are not used. */
export function benchReport(
  profiles: readonly Profile[],
  machine: string,
  notes: readonly string[],
  percentile: number,
): string {
  const models = [...new Set(profiles.map(({ subject }) => subject.model))];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Benchmark of ${models.join(', ')}</title>
        <style>
          ${{ html: REPORT_STYLE + BENCH_STYLE }}
        </style>
      </head>
      <body>
        <h1>Benchmark of ${models.join(', ')}</h1>
        <p class="faint">${machine}</p>
        ${notes.map((note) => html`<p class="faint">${note}</p>`)}
        ${profiles.length === 0 ? html`<p>Nothing was measured.</p>` : sections(profiles, percentile)}
      </body>
    </html> `;
  return page.html;
}

function sections(profiles: readonly Profile[], percentile: number): Html {
  const front = reportedFront(profiles, percentile);
  return html`${scatterSection(scatterPoints(profiles, front?.keys ?? []), comparedAccuracy(profiles).basis, front?.percentile)}
    <h2>Latency of every run</h2>
    ${distributionSection(profiles)}
    <h2>Figures</h2>
    ${tableSection(profiles)}
    <p class="faint">
      Medians with the further of their bounds (95 %); percentiles with the bound below which the true one
      lies (99 %), or the runs that it would need; throughput with what it gives at least. Each candidate is
      compared with the fastest within the same rounds (99 %).
    </p>
    <h2>Machine</h2>
    ${machineSection(profiles)}`;
}

function scatterPoints(profiles: readonly Profile[], front: readonly string[]): ScatterPoint[] {
  const summaries = summarizeProfiles(profiles);
  const { figures } = comparedAccuracy(profiles);
  return profiles.flatMap((profile, index): ScatterPoint[] => {
    const [summary, accuracy] = [summaries[index], figures[index]];
    if (summary === undefined || accuracy === undefined) return [];
    const upper = summary.percentiles.findLast((one) => 'upper' in one && one.percentile <= 95);
    const ms = summary.median.value;
    return [
      {
        number: index + 1,
        name: summary.name,
        ms,
        upperMs: upper !== undefined && 'upper' in upper ? upper.upper : ms,
        accuracy: accuracy.value,
        low: accuracy.low,
        high: accuracy.high,
        onFront: front.includes(profileKey(profile.identity)),
      },
    ];
  });
}

function tableSection(profiles: readonly Profile[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>#</th>
          ${BENCH_COLUMNS.map(({ title, align }) => html`<th class="${align === 'right' ? '' : 'name'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${summarizeProfiles(profiles).map(
          (summary, index) =>
            html`<tr>
              <td>${index + 1}</td>
              ${BENCH_COLUMNS.map(({ cell, align }) => html`<td class="${align === 'right' ? '' : 'name'}">${cell(summary)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function machineSection(profiles: readonly Profile[]): Html {
  const [first] = profiles;
  if (first === undefined) return html``;
  const { hardware, backend } = first.identity;
  const { cpu, memoryBytes, limits, os, gpus, node } = hardware;
  const engines = [
    ...new Set(
      profiles.map(
        ({ identity }) =>
          `${identity.backend.name} (${identity.backend.package} ${identity.backend.packageVersion}, engine ${identity.backend.engineVersion ?? 'not told'})`,
      ),
    ),
  ];
  const rows: readonly (readonly [string, string])[] = [
    ['processor', `${cpu.model}, ${cpu.logicalCores} logical cores`],
    ['extensions', cpu.extensions.join(' ') || 'not told'],
    ['usable cores', `${limits.cores}${limits.cpuQuota === null ? '' : `, quota ${limits.cpuQuota}`}`],
    [
      'memory',
      `${figure(memoryBytes / 2 ** 30)} GiB${limits.memoryBytes === null ? '' : `, limit ${figure(limits.memoryBytes / 2 ** 30)} GiB`}`,
    ],
    ['graphics', gpus.map(({ name, driver }) => `${name} ${driver}`).join('; ') || 'none found'],
    ['system', `${os.platform} ${os.release} ${os.arch}, Node ${node}`],
    [engines.length === 1 ? 'backend' : 'backends', engines.length === 0 ? backend.name : engines.join('; ')],
    ['measured', `${first.measuredAt}, ${first.workload.description}`],
  ];
  return html`<div class="scroll">
    <table>
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <th class="name">${name}</th>
              <td class="name wrap">${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
