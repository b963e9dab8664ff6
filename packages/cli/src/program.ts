import { createRequire } from 'node:module';
import { Command } from 'commander';
import type { CliIo } from './cli-io.js';
import { cacheCommand } from './commands/cache.js';
import { benchCommand } from './commands/bench.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { importCommand } from './commands/import.js';
import { lockCommand } from './commands/lock.js';
import { modelsCommand } from './commands/models.js';
import { pluginsCommand } from './commands/plugins.js';
import { predictCommand } from './commands/predict.js';
import { pullCommand } from './commands/pull.js';
import { profilesCommand } from './commands/profiles.js';
import { selectCommand } from './commands/select.js';
import { serveCommand } from './commands/serve.js';
import { showCommand } from './commands/show.js';
import { validateCommand } from './commands/validate.js';
import { CLI_ROOT } from './host/cli-root.js';

/** Where a command leaves its exit code when it does not throw. */
export type SetExitCode = (code: number) => void;

/** The `care` program. Only definitions are loaded here; what a command needs is imported when it runs. */
export function createProgram(io: CliIo, setExitCode: SetExitCode): Command {
  const program = new Command('care')
    .description('Vision models from any registry, on any backend: predict, import, inspect.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText(
      'after',
      `
Begin here:
  care doctor                                  what works on this machine, and what is missing
  care import models/local/yolov8n.onnx        describe an exported model
  care models                                  what can be used
  care pull yolov8n-640                        a model of Roboflow, to run without network afterwards
  care predict photo.jpg --model yolov8n       what is in the picture
  care serve                                   models over HTTP, replaced while they serve
  care eval --model yolov8n --data coco/       how accurate the model is
  care bench yolov8n --threads 1,2             how fast it is on this machine, and run how

Exit codes: 0 done, 1 failed, 2 used wrongly, 130 interrupted.
\`care COMMAND --help\` explains a command with examples.`,
    );
  const commands = [
    predictCommand(io, setExitCode),
    evalCommand(io, setExitCode),
    benchCommand(io, setExitCode),
    selectCommand(io, setExitCode),
    profilesCommand(io, setExitCode),
    serveCommand(io, setExitCode),
    modelsCommand(io, setExitCode),
    showCommand(io, setExitCode),
    pullCommand(io, setExitCode),
    lockCommand(io),
    cacheCommand(io, setExitCode),
    importCommand(io),
    validateCommand(io, setExitCode),
    pluginsCommand(io, setExitCode),
    doctorCommand(io, setExitCode),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      // Printed by `run`, in the form of every other error.
      outputError: () => undefined,
    });
  }
  return program;
}

function version(): string {
  const read: unknown = createRequire(import.meta.url)(`${CLI_ROOT}/package.json`);
  if (typeof read === 'object' && read !== null && 'version' in read) return String(read.version);
  return 'unknown';
}
