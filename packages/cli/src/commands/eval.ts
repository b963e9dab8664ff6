import { Command, Option } from 'commander';
import type { DatasetFormat } from '@care/vision';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { fraction, positiveInteger } from '../options/number-options.js';
import { requiredModel, withRunningOptions, type RunningOptions } from '../options/running-options.js';
import type { SetExitCode } from '../program.js';

const FORMATS: readonly DatasetFormat[] = ['yolo', 'coco', 'image-folder', 'labels-json'];

const EXAMPLES = `
Examples:
  care eval --model yolov8n --data coco/                     YOLO: coco/images/*.jpg and coco/labels/*.txt
  care eval --model yolov8n --data instances_val2017.json --images val2017/
  care eval --model mobilenet --data imagenet/val            a folder of pictures for each class, or labels.json
  care eval --model yolov8n --data coco/ --report report.html --json > figures.json

Figures are COCO's (mean average precision by IoU or keypoint similarity, as pycocotools computes them) for boxes, masks and
keypoints, top-1 and top-5 for classes. They count all predictions from confidence 0.001 on; precision, recall, confusions and
the ranking of the worst pictures count those that the model would give in use (--working-confidence).

A picture that fails is left out and named, and the exit code is 1. Ctrl-C stops without figures and exits with 130.`;

export interface EvalCommandOptions extends CommonOptions, RunningOptions {
  readonly data: string;
  readonly dataFormat?: DatasetFormat;
  readonly images?: string;
  readonly limit?: number;
  readonly report?: string;
  readonly worst: number;
  readonly confidence?: number;
  readonly workingConfidence?: number;
  readonly iou?: number;
  readonly maxDetections?: number;
}

export function evalCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('eval')
    .description('Measure the accuracy of a model on labelled pictures.')
    .option(
      '-m, --model <ref>',
      'required: id, id@version or registry:id of a model (`care models` lists them)',
    )
    .option('-d, --data <path>', 'required: folder of labelled pictures, or its YAML or JSON file')
    .addOption(
      new Option('--data-format <name>', 'what the data is (default: told from its files)').choices(FORMATS),
    )
    .option('--images <dir>', 'folder of the pictures, when it is not where the format has it')
    .option('--limit <count>', 'only the first pictures', positiveInteger)
    .option('--report <file>', 'write an HTML report, one file with the worst pictures in it')
    .option('--worst <count>', 'pictures in the report', positiveInteger, 12)
    .option(
      '--confidence <number>',
      'count predictions of at least this confidence, 0 to 1 (default: 0.001; classes: 0)',
      fraction,
    )
    .option(
      '--working-confidence <number>',
      'confidence at which the model is used: for precision, recall, confusions, worst pictures (default: its own)',
      fraction,
    )
    .option(
      '--iou <number>',
      'a box that overlaps a better one by more than this is dropped, 0 to 1 (default: the model says)',
      fraction,
    )
    .option(
      '--max-detections <count>',
      'at most this many predictions for each picture (default: 300)',
      positiveInteger,
    );
  return withCommonOptions(withRunningOptions(command), 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (given: Partial<EvalCommandOptions> & Omit<EvalCommandOptions, 'model' | 'data'>) => {
      const model = await requiredModel(given.model);
      if (given.data === undefined) {
        const { usageError } = await import('../options/usage-error.js');
        throw usageError('No data set is named.', 'Add --data DIR, a folder of labelled pictures.');
      }
      const { runEval } = await import('../evaluate/run-eval.js');
      setExitCode(await runEval({ ...given, model, data: given.data }, io));
    });
}
