import { Option, type Command } from 'commander';
import { positiveInteger } from './number-options.js';

/** Options of the commands that run a model. */
export interface RunningOptions {
  readonly model: string;
  readonly backend?: string;
  readonly device?: string;
  readonly variant?: string;
  readonly isolation: 'thread' | 'process';
  readonly replicas: number;
  readonly threads?: number;
  readonly quiet?: boolean;
}

/** Adds how the model is run, after the command's own options. */
export function withRunningOptions(command: Command): Command {
  return command
    .option(
      '--backend <name>',
      'what runs the model (`care plugins` lists them; default: the first that can)',
    )
    .option('--device <name>', 'cpu, cuda, ... (default: the choice of the backend)')
    .option(
      '--variant <id>',
      'variant of the model (`care show REF` lists them; default: the first that can run)',
    )
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
