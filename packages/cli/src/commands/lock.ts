import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { positiveInteger } from '../options/number-options.js';
import { withVariantOptions, type VariantOptions } from '../options/variant-options.js';

const EXAMPLES = `
The lock file says of each reference which registry answers, with which version, and of each variant the files with size and
sha256. It holds no addresses and no keys: put it under version control, and \`care pull --frozen\` brings the same anywhere.
Without references those of the lock file are resolved anew. Where a registry states no sha256 the file is downloaded.

Examples:
  care lock yolov8n-640 huggingface:onnx-community/rtdetr_r18vd
  care lock                          newer versions of the same references
  care lock --add fall-detector@^1.2
  git diff care.lock.json`;

export interface LockCommandOptions extends CommonOptions, VariantOptions {
  readonly add?: boolean;
  readonly lock?: string;
  readonly jobs: number;
  readonly quiet?: boolean;
}

export function lockCommand(io: CliIo): Command {
  const command = new Command('lock')
    .description('Write down what each model is: registry, version, files, checksums.')
    .argument('[ref...]', 'models of the host (default: those in the lock file)')
    .option('--add', 'keep what the lock file has, add or renew the named')
    .option('--lock <file>', 'the lock file (default: care.lock.json beside the package.json of the host)')
    .option('--jobs <count>', 'models at a time', positiveInteger, 3)
    .option('-q, --quiet', 'no progress, no summary, no warnings');
  return withCommonOptions(withVariantOptions(command), 'one JSON object {"path", "lock"} on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (references: string[], options: LockCommandOptions) => {
      const { runLock } = await import('../lock/run-lock.js');
      await runLock(references, options, io);
    });
}
