import type { BackendProbe } from '@care/registry-core';
import type { Care } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { hostRoot } from '../host/host-root.js';
import { openCare } from '../host/open-care.js';
import { reportPlugins, type PluginReport } from '../inspect/plugin-report.js';
import type { CommonOptions } from '../options/common-options.js';
import { errorReport } from '../output/print-error.js';
import { seenVariables, type SeenVariable } from './environment-variables.js';
import { formatDoctorReport } from './format-doctor-report.js';
import { describeMachine, NEEDED_NODE, type MachineReport } from './machine.js';
import { inspectModelsFolder, modelsFolder, type ModelsFolderReport } from '../host/models-folder.js';

export interface BackendReport extends BackendProbe {
  readonly name: string;
}

export interface DoctorReport {
  /** True when nothing that is needed is broken. */
  readonly ok: boolean;
  /** What is broken, with what would mend it. */
  readonly broken: readonly { readonly what: string; readonly remedy: string }[];
  readonly machine: MachineReport;
  readonly root: string;
  readonly plugins: PluginReport;
  readonly backends: readonly BackendReport[];
  readonly models: ModelsFolderReport;
  readonly environment: readonly SeenVariable[];
}

/** Looks at everything a prediction needs, and tells what works. @returns the exit code */
export async function runDoctor(options: CommonOptions, io: CliIo): Promise<number> {
  await using care = await openCare({ ...options, quiet: true }, io);
  const machine = describeMachine();
  const root = hostRoot(io.cwd, options.root) ?? io.cwd;
  const plugins = await reportPlugins(care);
  const backends = await probeBackends(care, plugins);
  const models = await inspectModelsFolder(modelsFolder(options.modelsDir, root, io));
  const environment = seenVariables(io.env);
  const broken = findBroken(machine, plugins, backends);
  const report = { ok: broken.length === 0, broken, machine, root, plugins, backends, models, environment };
  io.stdout.write(
    options.json === true ? `${JSON.stringify(report)}\n` : formatDoctorReport(report, options, io),
  );
  return report.ok ? EXIT.done : EXIT.failed;
}

async function probeBackends(care: Care, { plugins }: PluginReport): Promise<BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const { name } of plugins.filter(
    (plugin) => plugin.kind === 'backends' && plugin.state === 'loaded',
  )) {
    try {
      reports.push({ name, ...(await care.probe(name)) });
    } catch (error) {
      const { message, remedy } = errorReport(error);
      reports.push({ name, available: false, devices: [], reason: message, remedy });
    }
  }
  return reports;
}

function findBroken(
  machine: MachineReport,
  plugins: PluginReport,
  backends: readonly BackendReport[],
): { what: string; remedy: string }[] {
  const broken = plugins.problems.map((problem) => ({
    what: `plugin of ${problem.package}: ${problem.message}`,
    remedy: problem.remedy,
  }));
  if (!machine.nodeOk) {
    broken.push({ what: `Node ${machine.node} is too old`, remedy: `Install Node ${NEEDED_NODE} or newer.` });
  }
  if (!backends.some((backend) => backend.available)) {
    const remedies = backends.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]));
    const remedy = remedies.length === 0 ? 'Install a backend, e.g. @care/backend-ort.' : remedies.join(' ');
    broken.push({ what: 'no backend works here', remedy });
  }
  return broken;
}
