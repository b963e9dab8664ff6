import { Command, Option } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export interface DoctorOptions extends CommonOptions {
  readonly model?: string;
  readonly image?: readonly string[];
  readonly precision?: 'fp32' | 'fp16' | 'int8';
}

export function doctorCommand(io: CliIo, setExitCode: SetExitCode): Command {
  return withCommonOptions(
    new Command('doctor')
      .description('Tell what works on this machine, what does not, and what would mend it.')
      .option(
        '-m, --model <ref>',
        'check this model instead: whether all its variants find the same in all backends and devices here',
      )
      .option(
        '--image <file...>',
        'with --model: pictures, folders or globs to compare on (default: the probe pictures of the model, or generated ones)',
      )
      .addOption(
        new Option(
          '--precision <precision>',
          'with --model: judge by the tolerances of this precision (default: that of the coarser variant)',
        ).choices(['fp32', 'fp16', 'int8']),
      ),
    'one JSON object on stdout',
  )
    .addHelpText(
      'after',
      `
Looks at Node, the machine, the plugins, the devices of each backend, the models folder and the environment variables
that CARE reads (values of secrets are never shown).

With --model it opens every variant of the model in every installed backend and on every device that is there, and compares each
with the reference, the first variant in fp32 (the first of all when there is none), on the CPU where that can be: the numbers
that come out, and what is found. "broken" is what must not serve; "differs" is worth a look.

Examples:
  care doctor
  care doctor --json > report.json
  care doctor --model fall-detector --image photos/

Exit code 1 when something that is needed is broken: Node too old, a broken plugin, no backend that works; with --model, when
a variant is broken or none could be opened.`,
    )
    .action(async ({ model, ...options }: DoctorOptions) => {
      if (model !== undefined) {
        const { runCheckup } = await import('../doctor/checkup/run-checkup.js');
        setExitCode(await runCheckup({ ...options, model }, io));
        return;
      }
      const { checkWithoutModel } = await import('../doctor/without-model.js');
      checkWithoutModel(options);
      const { runDoctor } = await import('../doctor/run-doctor.js');
      setExitCode(await runDoctor(options, io));
    });
}
