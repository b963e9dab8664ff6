import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import type { SetExitCode } from '../program.js';

export interface ProfilesCommandOptions extends CommonOptions {
  readonly profiles?: string;
}

const EXAMPLES = `
Examples:
  care profiles list
  care profiles export fleet.json      on the device that was measured
  care profiles import fleet.json      on every device that is like it: same processor, memory, system and versions`;

export function profilesCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const command = new Command('profiles')
    .description('List, export and import what `care bench` measured.')
    .argument('<action>', 'list, export or import')
    .argument('[file]', 'of export and import')
    .option('--profiles <dir>', 'where profiles are kept (default: $CARE_PROFILES_DIR or the cache of CARE)');
  return withCommonOptions(command, 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (action: string, file: string | undefined, options: ProfilesCommandOptions) => {
      const { runProfiles } = await import('../profiles/run-profiles.js');
      setExitCode(await runProfiles(action, file, options, io));
    });
}
