import { Command, Option } from 'commander';
import type { DatasetFormat } from '@care/vision';
import type { Selection } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { withConstraintOptions, type ConstraintOptions } from '../options/constraint-options.js';
import { duration, positiveIntegers, positiveNumber } from '../options/list-options.js';
import { positiveInteger } from '../options/number-options.js';
import { selections } from '../options/selection-option.js';
import type { SetExitCode } from '../program.js';

const EXAMPLES = `
Examples:
  care bench yolov8n --threads 1,2,4 --replicas 1,2            which way of running it is the fastest here
  care bench yolo-n yolo-s yolo-m --data coco/ --report report.html
  care bench yolov8n --pictures photos/ --threads 1,2 --budget 5min --percentile 99
  care bench yolo-n yolo-s --search halving --objective fastest --min-accuracy 0.4 --data coco/
  care bench yolov8n --write                                   write what was measured into its manifest

Candidates are all variants x backends x devices that can run here x threads x replicas x batch, each in processes of its own.
They are warmed up, then measured in rounds (A B C A B C ...) until both bounds of each median are within --precision or the
budget ends. A percentile is given with its upper bound (99 %), and only when there are runs enough: p95 needs 90, p99 459.
With replicas, all of them are busy while latencies are measured. What is measured is kept (\`care profiles list\`) and not
measured again until files, backend, options or machine change.

Ctrl-C ends the measuring, keeps and prints what there is, and exits with 130.`;

export interface BenchCommandOptions extends CommonOptions, ConstraintOptions {
  readonly threads?: readonly number[];
  readonly replicas: readonly number[];
  readonly batch: readonly number[];
  readonly only?: readonly Selection[];
  readonly isolation: 'thread' | 'process';
  readonly data?: string;
  readonly dataFormat?: DatasetFormat;
  readonly images?: string;
  readonly limit?: number;
  readonly pictures?: readonly string[];
  readonly precision: number;
  readonly budget: number;
  readonly search: 'exhaustive' | 'halving';
  readonly levels: boolean;
  readonly profiles?: string;
  readonly fresh?: boolean;
  readonly report?: string;
  readonly markdown?: string;
  readonly write?: boolean;
  readonly quiet?: boolean;
}

export function benchCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('bench')
    .description('Measure how fast, how accurate and how large models are on this machine.')
    .argument('<model...>', 'id, id@version or registry:id; models of one task are compared with one another')
    .option(
      '--threads <list>',
      'threads of each worker, e.g. 1,2,4 (default: the choice of the backend)',
      positiveIntegers,
    )
    .option('--replicas <list>', 'workers side by side, e.g. 1,2', positiveIntegers, [1])
    .option('--batch <list>', 'images of one call, e.g. 1,4,8', positiveIntegers, [1])
    .option(
      '--only <selection>',
      'only these candidates, e.g. backend=ort,precision=fp32; may be repeated',
      selections,
    )
    .addOption(
      new Option('--isolation <kind>', 'memory is told of processes only')
        .choices(['thread', 'process'])
        .default('process'),
    )
    .option('-d, --data <path>', 'labelled pictures to measure the accuracy on (see `care eval`)')
    .addOption(
      new Option('--data-format <name>', 'what the data is (default: told from its files)').choices([
        'yolo',
        'coco',
        'image-folder',
        'labels-json',
      ] satisfies DatasetFormat[]),
    )
    .option('--images <dir>', 'folder of the labelled pictures, when it is not where the format has it')
    .option('--limit <count>', 'only the first labelled pictures', positiveInteger)
    .option(
      '--pictures <path...>',
      'pictures, folders or globs to call the models with (default: a synthetic frame)',
    )
    .option('--precision <share>', 'bounds of the median within this share of it', positiveNumber, 0.03)
    .option('--budget <time>', 'for the rounds of all candidates together, e.g. 5min', duration, 60_000)
    .addOption(
      new Option('--search <how>', 'measure all to the end, or give up early what is behind in the objective')
        .choices(['exhaustive', 'halving'])
        .default('exhaustive'),
    )
    .option('--no-levels', 'leave out the throughput')
    .option('--profiles <dir>', 'where profiles are kept (default: $CARE_PROFILES_DIR or the cache of CARE)')
    .option('--fresh', 'measure again what is known')
    .option('--report <file>', 'write an HTML report, one file')
    .option('--markdown <file>', 'write the table as Markdown')
    .option('--write', 'write what was measured into the `benchmarks` of the manifests')
    .option('-q, --quiet', 'no progress, no warnings');
  return withCommonOptions(withConstraintOptions(command), 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (models: string[], options: BenchCommandOptions) => {
      const { runBench } = await import('../bench/run-bench.js');
      setExitCode(await runBench(models, options, io));
    });
}
