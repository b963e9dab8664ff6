import { CommanderError } from 'commander';
import type { CliIo } from './cli-io.js';
import { EXIT } from './exit-code.js';
import { createProgram } from './program.js';

/** Runs `care` with the arguments after its name. Never throws: what failed is printed. @returns the exit code */
export async function run(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = createProgram(io, (code) => (exitCode = code));
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done; // --help, --version
    const { reportFailure } = await import('./output/report-failure.js');
    return reportFailure(error, args, io);
  }
}
