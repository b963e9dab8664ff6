import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { inputSize } from '../options/number-options.js';

export interface ImportCommandOptions extends CommonOptions {
  readonly id?: string;
  readonly task?: string;
  readonly classes?: string;
  readonly family?: string;
  readonly modelVersion?: string;
  readonly inputSize?: [height: number, width: number];
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export function importCommand(io: CliIo): Command {
  return withCommonOptions(
    new Command('import')
      .description('Write the manifest of an ONNX model from what its file tells.')
      .argument('<file.onnx>', 'the model; its manifest is written beside it')
      .option('--id <id>', 'model id (default: the name of the file)')
      .option('--model-version <semver>', 'version of the model, e.g. 1.2.0 (default: none)')
      .option('--task <task>', 'what the model does, when its file does not tell')
      .option('--classes <names>', 'class names: coco, a file with one name a line, or a,b,c')
      .option(
        '--family <name>',
        'family of the model (yolox, yolov5, rt-detr, ...), when its file does not tell',
      )
      .option(
        '--input-size <size>',
        'height x width in pixels, when its file does not tell, e.g. 640',
        inputSize,
      )
      .option('-f, --force', 'replace a manifest that exists')
      .option('-n, --dry-run', 'print the manifest, write nothing'),
    'one JSON object {"path", "manifest", ...} on stdout',
  )
    .addHelpText(
      'after',
      `
Exporters write into the file what it is (Ultralytics: task, class names, input size); the graph tells the rest. What
cannot be told is asked for by name of the option, never guessed.

Examples:
  care import models/local/yolov8n.onnx
  care import yolox_nano.onnx --family yolox --classes coco
  care import best.onnx --id fall-detector --dry-run`,
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      const { runImport } = await import('../manifests/run-import.js');
      await runImport(file, options, io);
    });
}
