import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export function modelsCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('models').description('List the models of all registries.'),
    'one JSON object {"models", "failures"} on stdout',
  )
    .addHelpText(
      'after',
      `
Examples:
  care models
  care models --models-dir ./weights
  care models --json

A model marked as shadowed is answered for by an earlier registry; write registry:id to get it all the same.
Exit code 1 when a registry could not list; what the others offer is shown.`,
    )
    .action(async (options: CommonOptions) => {
      const { runModels } = await import('../inspect/run-models.js');
      setExitCode(await runModels(options, io));
    });
}
