import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import { CLI_ROOT } from '../host/cli-root.js';
import { hostRoot } from '../host/host-root.js';
import type { CommonOptions } from '../options/common-options.js';
import { colorsFor } from '../output/colors.js';
import { formatError } from '../output/print-error.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';
import { reportPlugins, type PluginReport } from './plugin-report.js';

/** Lists the plugins in the order they are asked, and what is wrong with which. @returns the exit code */
export async function runPlugins(options: CommonOptions, io: CliIo): Promise<number> {
  await using care = await openCare({ ...options, quiet: true }, io);
  const report = await reportPlugins(care);
  if (options.json === true) io.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report, options, io);
  return report.problems.length === 0 ? EXIT.done : EXIT.failed;
}

function printReport({ plugins, problems }: PluginReport, options: CommonOptions, io: CliIo): void {
  const colors = colorsFor(io.stdout, io, options.color);
  const state = { found: colors.dim, loaded: colors.green, failed: colors.red, disabled: colors.dim };
  const columns = ['kind', 'name', 'package', 'version', 'priority', 'state'].map((title) => ({ title }));
  const rows = plugins.map((plugin) => [
    printable(plugin.kind),
    printable(plugin.name),
    printable(plugin.package),
    printable(plugin.version),
    `${plugin.priority}`,
    state[plugin.state](plugin.state),
  ]);
  io.stdout.write(formatTable(columns, rows));
  const root = hostRoot(io.cwd, options.root);
  const roots = root === undefined ? [CLI_ROOT] : [root, CLI_ROOT];
  io.stdout.write(`\nlooked at: ${roots.map(printable).join(', ')}\n`);
  for (const { package: packageName, code, message, remedy, path } of problems) {
    const text = `${packageName}: ${message}${path === undefined ? '' : `\n  in ${path}`}`;
    io.stderr.write(formatError({ code, message: text, remedy }, io, options));
  }
}
