import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { positiveInteger } from '../options/number-options.js';
import { withVariantOptions, type VariantOptions } from '../options/variant-options.js';
import type { SetExitCode } from '../program.js';

const EXAMPLES = `
Without --variant and --all-variants it is the one that \`care predict\` would run on this machine.

Examples:
  care pull yolov8n-640                              a model of Roboflow; \`care predict --offline\` runs it afterwards
  care pull yolov8n-640 huggingface:onnx-community/rtdetr_r18vd  several at once
  care pull huggingface:onnx-community/rtdetr_r18vd --variant onnx-fp32 --variant onnx-fp16
  care pull --frozen                                 what care.lock.json says, byte for byte, or nothing

Output with --json, one line for each model:
  {"reference", "model": {"id", "version", "registry"}, "downloaded",
   "variants": [{"id", "format", "precision", "files": [{"name", "role", "size", "sha256", "path"}]}]}
A model that failed gives {"reference", "error": {"code", "message", "remedy"}}.

The other models are brought when one fails; the exit code is 1 then. What was received when it is interrupted (exit code 130) is
kept, and the next pull goes on from there.`;

export interface PullCommandOptions extends CommonOptions, VariantOptions {
  readonly frozen?: boolean;
  readonly lock?: string;
  readonly jobs: number;
  readonly quiet?: boolean;
}

export function pullCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('pull')
    .description('Bring models into the cache, so that they run without network.')
    .argument(
      '[ref...]',
      'model: id, id@version, registry:id; with --frozen: of the lock file, all when none is named',
    )
    .option(
      '--frozen',
      'exactly what the lock file says: registry, version, files, checksums; else LOCK_MISMATCH',
    )
    .option('--lock <file>', 'the lock file (default: care.lock.json beside the package.json of the host)')
    .option('--jobs <count>', 'models at a time', positiveInteger, 3)
    .option('-q, --quiet', 'no progress, no summary, no warnings');
  return withCommonOptions(withVariantOptions(command), 'one JSON object for each model and line on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (references: string[], options: PullCommandOptions) => {
      const { runPull } = await import('../pull/run-pull.js');
      setExitCode(await runPull(references, options, io));
    });
}
