import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export function doctorCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('doctor').description(
      'Tell what works on this machine, what does not, and what would mend it.',
    ),
    'one JSON object on stdout',
  )
    .addHelpText(
      'after',
      `
Looks at Node, the machine, the plugins, the devices of each backend, the models folder and the environment variables
that CARE reads (values of secrets are never shown).

Examples:
  care doctor
  care doctor --json > report.json

Exit code 1 when something that is needed is broken: Node too old, a broken plugin, no backend that works.`,
    )
    .action(async (options: CommonOptions) => {
      const { runDoctor } = await import('../doctor/run-doctor.js');
      setExitCode(await runDoctor(options, io));
    });
}
