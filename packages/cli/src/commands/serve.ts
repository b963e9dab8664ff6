import { Command, Option } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { byteCount, portNumber, positiveInteger, wholeNumber } from '../options/number-options.js';
import { withChoiceOptions, type ChoiceOptions } from '../options/running-options.js';
import type { SetExitCode } from '../program.js';

const EXAMPLES = `
Examples:
  care serve                                              every local model on http://127.0.0.1:8080
  care serve --models yolov8n posture --port 9000
  CARE_ADMIN=$(openssl rand -hex 32) care serve --admin-token-env CARE_ADMIN
  curl --data-binary @photo.jpg -H "content-type: image/jpeg" http://127.0.0.1:8080/v1/models/yolov8n/predict

A changed, new or restored file of a model is loaded beside the one that serves and takes its place when it is ready; a
wrong one is refused and told in the log, in /metrics and on /v1/events. /openapi.json describes all endpoints.
Nobody loads, unloads, deploys or rolls back over HTTP without an admin token.

The first Ctrl-C or SIGTERM lets it answer what it accepted and ends it with exit code 0; the second ends it at once.`;

export function serveCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = withChoiceOptions(new Command('serve'))
    .description('Serve models over HTTP: Open Inference Protocol, pictures, metrics, dashboard.')
    .option('--models <ref...>', 'ids to serve (default: all that the registries list)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, 8080)
    .option('--admin-token-env <name>', 'environment variable that holds the admin token')
    .option('--admin-token-file <file>', 'file that holds the admin token')
    .addOption(
      new Option('--isolation <kind>', 'run models in threads or in processes of their own')
        .choices(['thread', 'process'])
        .default('process'),
    )
    .option('--replicas <count>', 'workers of each model', positiveInteger, 1)
    .option(
      '--threads <count>',
      'threads inside each worker (default: the choice of the backend)',
      positiveInteger,
    )
    .option(
      '--queue-limit <count>',
      'requests of each model that may wait; more get 503',
      positiveInteger,
      64,
    )
    .option('--max-body <bytes>', 'largest body, e.g. 64MiB', byteCount, 64 * 1024 * 1024)
    .option('--max-pixels <count>', 'largest picture', positiveInteger, 50_000_000)
    .option('--request-timeout <seconds>', 'answer 504 to what takes longer', positiveInteger, 60)
    .option('--drain-seconds <seconds>', 'time to answer what was accepted when it ends', wholeNumber, 30)
    .option('--keep-warm <seconds>', 'a replaced version stays loaded for a rollback', wholeNumber, 300)
    .option(
      '--memory-budget <bytes>',
      'for this process and its workers (default: what the machine has)',
      byteCount,
    )
    .option(
      '--state-dir <dir>',
      'where the history and what was rolled back are kept over a restart (default: .care/deployments of the application)',
    )
    .option('--nv-metrics', 'metrics by the names of NVIDIA Triton as well')
    .addOption(
      new Option('--log-level <level>', 'what is logged, as JSON lines on stderr')
        .choices(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info'),
    );
  return withCommonOptions(command, 'the address as a JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ServeCommandOptions) => {
      const { runServe } = await import('../serve/run-serve.js');
      setExitCode(await runServe(options, io));
    });
}

export interface ServeCommandOptions extends CommonOptions, ChoiceOptions {
  readonly models?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly adminTokenEnv?: string;
  readonly adminTokenFile?: string;
  readonly isolation: 'thread' | 'process';
  readonly replicas: number;
  readonly threads?: number;
  readonly queueLimit: number;
  readonly maxBody: number;
  readonly maxPixels: number;
  readonly requestTimeout: number;
  readonly drainSeconds: number;
  readonly keepWarm: number;
  readonly memoryBudget?: number;
  readonly stateDir?: string;
  readonly nvMetrics?: boolean;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}
