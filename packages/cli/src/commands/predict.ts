import { Command, Option } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { fraction, positiveInteger } from '../options/number-options.js';
import { requiredModel, withRunningOptions, type RunningOptions } from '../options/running-options.js';
import type { SetExitCode } from '../program.js';

const EXAMPLES = `
Examples:
  care predict photo.jpg --model yolov8n                    a table of what is in the picture
  care predict photos/ --model yolov8n --save annotated/    every picture of a folder, with boxes drawn
  care predict "photos/**/*.jpg" --model yolov8n --json     one JSON object for each picture and line
  care predict photos/ --model yolov8n --format coco > results.json

Output with --json, one line for each picture:
  {"image", "width", "height", "model": {"id", "version", "registry", "variant", "backend"}, "task",
   "predictions": [{"class", "class_id", "confidence", "box": [x1, y1, x2, y2]}], "timings_ms"}
Poses have "keypoints": [{"name", "x", "y", "confidence"}], segments "mask": {"size": [height, width], "counts"} (COCO RLE) as
well; classes have no box. All coordinates are in pixels of the upright original. A picture that failed gives {"image", "error": {"code", "message", "remedy"}}.
--format roboflow prints Roboflow inference responses, one a line, with "path" added to their "image"; --format coco
prints one array of COCO results for all pictures. Everything else goes to stderr.

The other pictures are done when one fails; the exit code is 1 then. Ctrl-C keeps what was written and exits with 130.`;

export function predictCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('predict')
    .description('Find what is in pictures: name files, folders or globs.')
    .argument('<image...>', 'picture, folder or glob (JPEG, PNG, WebP, AVIF, GIF, TIFF)')
    .option(
      '-m, --model <ref>',
      'required: id, id@version or registry:id of a model (`care models` lists them)',
    )
    .option('--confidence <number>', 'keep predictions of at least this confidence, 0 to 1', fraction)
    .option(
      '--iou <number>',
      'a box that overlaps a better one by more than this is dropped, 0 to 1',
      fraction,
    )
    .option('--max-detections <count>', 'at most this many predictions for each picture', positiveInteger)
    .option(
      '--top-k <count>',
      'classification: the best classes of each picture (default: 5)',
      positiveInteger,
    )
    .option(
      '--boxes <file|x1,y1,x2,y2>',
      'top-down pose: where the persons are, in pixels; a JSON file holds several (default: the whole picture)',
    )
    .option('--save <dir>', 'write annotated pictures to this folder')
    .addOption(
      new Option('--format <name>', 'JSON in this form; implies --json').choices([
        'care',
        'roboflow',
        'coco',
      ]),
    )
    .option('-r, --recursive', 'look into the folders below a folder too');
  return withCommonOptions(withRunningOptions(command), 'one JSON object for each picture and line on stdout')
    .addHelpText('after', EXAMPLES)
    .action(
      async (inputs: string[], given: Omit<PredictCommandOptions, 'model'> & { readonly model?: string }) => {
        const options = { ...given, model: await requiredModel(given.model) };
        const { runPredict } = await import('../predict/run-predict.js');
        setExitCode(await runPredict(inputs, options, io));
      },
    );
}

export interface PredictCommandOptions extends CommonOptions, RunningOptions {
  readonly confidence?: number;
  readonly iou?: number;
  readonly maxDetections?: number;
  readonly topK?: number;
  readonly boxes?: string;
  readonly save?: string;
  readonly format?: 'care' | 'roboflow' | 'coco';
  readonly recursive?: boolean;
}
