import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export function pluginsCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('plugins').description(
      'List the registries and backends that were found, in the order they are asked.',
    ),
    'one JSON object {"plugins", "problems"} on stdout',
  )
    .addHelpText(
      'after',
      `
Plugins are the packages that the host application declares in its package.json and that have a "care-registry" field,
besides those of this command itself. Each is loaded once here, to tell whether it can be.

Examples:
  care plugins
  care plugins --root ../my-app
  care plugins --json

Exit code 1 when one is broken.`,
    )
    .action(async (options: CommonOptions) => {
      const { runPlugins } = await import('../inspect/run-plugins.js');
      setExitCode(await runPlugins(options, io));
    });
}
