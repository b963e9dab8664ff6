import { Option, type Command } from 'commander';

/** Options of every command. */
export interface CommonOptions {
  readonly root?: string;
  readonly modelsDir?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  /** False after `--no-color`. */
  readonly color: boolean;
}

/** Adds the options that every command has, after its own. */
export function withCommonOptions(command: Command, jsonMeans: string): Command {
  return command
    .option('--models-dir <dir>', 'folder of local models (default: $LOCAL_MODELS_DIR or ./models/local)')
    .addOption(
      new Option(
        '--root <dir>',
        'host application whose plugins are used (default: nearest package.json upwards)',
      ),
    )
    .option(
      '--offline',
      'touch no network: what is not in the cache fails with OFFLINE (CARE_OFFLINE=1 does the same)',
    )
    .option('--json', jsonMeans)
    .option('--verbose', 'tell more on stderr: what is done, causes and stacks of errors')
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}
