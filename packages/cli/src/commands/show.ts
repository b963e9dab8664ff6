import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { withChoiceOptions, type ChoiceOptions } from '../options/running-options.js';
import type { SetExitCode } from '../program.js';

export interface ShowCommandOptions extends CommonOptions, ChoiceOptions {
  readonly explain?: boolean;
}

export function showCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    withChoiceOptions(
      new Command('show')
        .description('Show all that is known of one model.')
        .argument('<ref>', 'model: id, id@version, registry:id')
        .option(
          '--explain',
          'tell what every registry answered, and which variant, backend and device would run it and why',
        ),
    ),
    'one JSON object on stdout',
  )
    .addHelpText(
      'after',
      `
Examples:
  care show yolov8n
  care show yolov8n@^1.2 --explain        which registry answers, what would run it, and why
  care show yolov8n --explain --prefer backend=openvino --forbid device=cuda
  care show local-onnx:yolov8n --json`,
    )
    .action(async (reference: string, options: ShowCommandOptions) => {
      const { runShow } = await import('../inspect/run-show.js');
      setExitCode(await runShow(reference, options, io));
    });
}
