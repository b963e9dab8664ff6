import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export interface ShowCommandOptions extends CommonOptions {
  readonly explain?: boolean;
}

export function showCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('show')
      .description('Show all that is known of one model.')
      .argument('<ref>', 'model: id, id@version, registry:id')
      .option('--explain', 'ask every registry and tell what each answered, and how fast'),
    'one JSON object on stdout',
  )
    .addHelpText(
      'after',
      `
Examples:
  care show yolov8n
  care show yolov8n@^1.2 --explain        which registry answers, and what the others say
  care show local-onnx:yolov8n --json`,
    )
    .action(async (reference: string, options: ShowCommandOptions) => {
      const { runShow } = await import('../inspect/run-show.js');
      setExitCode(await runShow(reference, options, io));
    });
}
