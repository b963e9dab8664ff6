import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { withConstraintOptions, type ConstraintOptions } from '../options/constraint-options.js';
import type { SetExitCode } from '../program.js';

const EXAMPLES = `
Examples:
  care select --task object-detection --max-latency-ms 30 --objective most-accurate
  care select yolo-n yolo-s yolo-m --min-accuracy 0.4 --objective fastest
  care select yolov8n --max-memory-mb 300 --objective accuracy=4,latency=1 --json

It looks at what \`care bench\` measured, or at profiles that were imported (\`care profiles import\`): nothing is run. Bounds count,
not points. The exit code is 1 when nothing fits; the message names the nearest candidate and the constraint that binds it.`;

export interface SelectCommandOptions extends CommonOptions, ConstraintOptions {
  readonly task?: string;
  readonly profiles?: string;
  readonly incumbent?: string;
}

export function selectCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('select')
    .description('Choose a model and how to run it, by what was measured on this machine.')
    .argument('[model...]', 'models to choose from')
    .option('--task <name>', 'every model of this task may be chosen')
    .option(
      '--incumbent <key>',
      'key of the profile of what runs now: it stays unless another is better beyond doubt',
    )
    .option('--profiles <dir>', 'where profiles are kept (default: $CARE_PROFILES_DIR or the cache of CARE)');
  return withCommonOptions(withConstraintOptions(command), 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (models: string[], options: SelectCommandOptions) => {
      const { runSelect } = await import('../select/run-select.js');
      setExitCode(await runSelect(models, options, io));
    });
}
