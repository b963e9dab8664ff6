import { Option, type Command } from 'commander';
import type { PrecisionFloor, Selection } from '@care/model-manager';
import { positiveInteger } from './number-options.js';
import { selections } from './selection-option.js';

/** Which of a model's variants, backends and devices is wanted. */
export interface ChoiceOptions {
  readonly backend?: string;
  readonly device?: string;
  readonly variant?: string;
  readonly prefer?: readonly Selection[];
  readonly forbid?: readonly Selection[];
  readonly minPrecision?: PrecisionFloor;
}

/** Options of the commands that run a model. */
export interface RunningOptions extends ChoiceOptions {
  readonly model: string;
  readonly isolation: 'thread' | 'process';
  readonly replicas: number;
  readonly threads?: number;
  readonly quiet?: boolean;
}

/** Adds which of a model's variants, backends and devices is wanted. */
export function withChoiceOptions(command: Command): Command {
  return command
    .option('--backend <name>', 'what runs the model, and nothing else (`care plugins` lists them)')
    .option('--device <name>', 'cpu, cuda, ... and nothing else')
    .option('--variant <id>', 'variant of the model and no other (`care show REF` lists them)')
    .option(
      '--prefer <selection>',
      'what is tried first, e.g. backend=openvino or device=cuda,precision=fp16; may be repeated',
      selections,
    )
    .option('--forbid <selection>', 'what is never taken, written alike; may be repeated', selections)
    .addOption(
      new Option(
        '--min-precision <precision>',
        'least precision (default: fp16 where the model has it; int8 is never taken unasked)',
      ).choices(['fp32', 'fp16', 'int8'] satisfies PrecisionFloor[]),
    );
}

/** Adds how the model is run, after the command's own options. */
export function withRunningOptions(command: Command): Command {
  return withChoiceOptions(command)
    .addOption(
      new Option('--isolation <kind>', 'run the model in a thread or in a process of its own')
        .choices(['thread', 'process'])
        .default('thread'),
    )
    .option('--replicas <count>', 'workers that run the model side by side', positiveInteger, 1)
    .option(
      '--threads <count>',
      'threads inside each worker (default: the choice of the backend)',
      positiveInteger,
    )
    .option('-q, --quiet', 'no progress, no summary, no warnings');
}

/** Not commander's requiredOption: it would complain of the absence before it names a misspelt --modle. */
export async function requiredModel(model: string | undefined): Promise<string> {
  if (model !== undefined) return model;
  const { usageError } = await import('./usage-error.js');
  throw usageError('No model is named.', 'Add --model REF; `care models` lists what there is.');
}
