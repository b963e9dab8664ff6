import type { CliIo } from '../cli-io.js';
import type { CommonOptions } from '../options/common-options.js';
import { colorsFor, type Colors } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { count, formatBytes } from '../output/quantity.js';
import { NEEDED_NODE } from './machine.js';
import type { ModelsFolderReport } from '../host/models-folder.js';
import type { BackendReport, DoctorReport } from './run-doctor.js';

/** The doctor's report for people: one line for each thing, with a mark, and the remedy where there is one. */
export function formatDoctorReport(report: DoctorReport, options: CommonOptions, io: CliIo): string {
  const colors = colorsFor(io.stdout, io, options.color);
  const { machine } = report;
  const memory = `${formatBytes(machine.memoryBytes)} memory, ${formatBytes(machine.freeMemoryBytes)} free`;
  const lines = [
    section(colors, 'machine'),
    mark(
      colors,
      machine.nodeOk,
      `Node ${machine.node}`,
      machine.nodeOk ? '' : `needs ${NEEDED_NODE} or newer`,
    ),
    mark(colors, true, `${machine.platform}, ${machine.arch}`),
    mark(colors, true, `${machine.cpu}, ${count(machine.cores, 'core')}`),
    mark(colors, true, memory),
    section(colors, `plugins of ${report.root}`),
    ...report.plugins.plugins.map(({ kind, name, package: from, version, state }) =>
      mark(colors, state !== 'failed', `${kind}/${name}`, `${from} ${version}, ${state}`),
    ),
    ...report.plugins.problems.map((problem) =>
      mark(colors, false, problem.package, problem.message, problem.remedy),
    ),
    section(colors, 'backends'),
    ...report.backends.flatMap((backend) => backendLines(colors, backend)),
    section(colors, 'local models'),
    modelsLine(colors, report.models),
    section(colors, 'environment'),
    ...report.environment.map(({ name, value }) => mark(colors, true, name, value ?? 'is set')),
    ...(report.environment.length === 0
      ? [mark(colors, undefined, 'none of the variables CARE reads is set')]
      : []),
    '',
    ...(report.ok ? [colors.green('Everything that is needed works.')] : [colors.red('Broken:')]),
    ...report.broken.map(({ what, remedy }) => `  ${printable(what)}\n    remedy: ${printable(remedy)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const section = (colors: Colors, title: string): string => `\n${colors.bold(printable(title))}`;

/** `ok` undefined: neither good nor bad, just so. */
function mark(colors: Colors, ok: boolean | undefined, what: string, more = '', remedy?: string): string {
  const sign = ok === undefined ? colors.dim('-') : ok ? colors.green('ok') : colors.red('no');
  const said = more === '' ? '' : `  ${colors.dim(printable(more))}`;
  const mend = remedy === undefined || remedy === '' ? '' : `\n      remedy: ${printable(remedy)}`;
  return `  ${ok === undefined ? ' ' : ''}${sign} ${printable(what)}${said}${mend}`;
}

function backendLines(colors: Colors, backend: BackendReport): string[] {
  const version = backend.engineVersion === undefined ? '' : `engine ${backend.engineVersion}`;
  const head = mark(colors, backend.available, backend.name, backend.reason ?? version, backend.remedy);
  const devices = backend.devices.map((device) => {
    // A device that is not there is no fault: most machines have but one.
    const state = device.available ? true : undefined;
    return `  ${mark(colors, state, device.id, device.reason ?? '', device.available ? undefined : device.remedy)}`;
  });
  return [head, ...devices];
}

function modelsLine(colors: Colors, models: ModelsFolderReport): string {
  if (models.state === 'present') {
    return mark(colors, true, models.path, count(models.manifests ?? 0, 'JSON file'));
  }
  const remedy =
    models.state === 'absent' ? 'Make it, put a model there, and run `care import MODEL.onnx`.' : undefined;
  return mark(colors, models.state === 'absent' ? undefined : false, models.path, models.reason, remedy);
}
