import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export function validateCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('validate')
      .description('Check every manifest of a folder against the schema and its model file.')
      .argument(
        '[dir]',
        'folder with manifests (default: --models-dir, $LOCAL_MODELS_DIR or ./models/local)',
      ),
    'one JSON object with all problems on stdout',
  )
    .addHelpText(
      'after',
      `
Every problem of every file is reported at once, as file:line:column, the place in the document, what was found and
what is expected. Exit code 1 when there is an error; warnings alone are 0.

Examples:
  care validate
  care validate ./weights
  care validate ./weights --json`,
    )
    .action(async (directory: string | undefined, options: CommonOptions) => {
      const { runValidate } = await import('../manifests/run-validate.js');
      setExitCode(await runValidate(directory, options, io));
    });
}
