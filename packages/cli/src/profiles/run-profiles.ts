import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fromBundle, hardwareLine, importProfiles, summarizeProfiles, toBundle } from '@care/benchmark';
import { CareError } from '@care/registry-core';
import { benchTable } from '../bench/bench-table.js';
import type { CliIo } from '../cli-io.js';
import type { ProfilesCommandOptions } from '../commands/profiles.js';
import { EXIT } from '../exit-code.js';
import { usageError } from '../options/usage-error.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { count } from '../output/quantity.js';
import { writeWhole } from '../output/write-whole.js';
import { profileStore } from './profile-store.js';

/** @returns the exit code */
export async function runProfiles(
  action: string,
  file: string | undefined,
  options: ProfilesCommandOptions,
  io: CliIo,
): Promise<number> {
  const store = profileStore(options.profiles, io);
  const { profiles, problems } = await store.readAll();
  for (const { message } of problems) io.stderr.write(`warning: ${printable(message)}\n`);
  if (action === 'list') {
    const machines = new Map(profiles.map((profile) => [hardwareLine(profile.identity.hardware), profile]));
    if (options.json === true) {
      io.stdout.write(`${JSON.stringify({ dir: store.dir, profiles: summarizeProfiles(profiles) })}\n`);
      return EXIT.done;
    }
    for (const machine of machines.keys()) {
      const own = profiles.filter(({ identity }) => hardwareLine(identity.hardware) === machine);
      io.stdout.write(`${printable(machine)}\n${benchTable(own, colorsFor(io.stdout, io, options.color))}\n`);
    }
    io.stdout.write(`${count(profiles.length, 'profile')} in ${store.dir}\n`);
    return EXIT.done;
  }
  if (action !== 'export' && action !== 'import') {
    throw usageError(`There is no "care profiles ${action}".`, 'Say list, export FILE or import FILE.');
  }
  if (file === undefined) throw usageError(`care profiles ${action} needs a file.`, 'Name it.');
  const path = resolve(io.cwd, file);
  if (action === 'export') {
    await writeWhole(path, toBundle(profiles), 'The file');
    return tell(
      options,
      io,
      { exported: profiles.length, file },
      `${count(profiles.length, 'profile')} written to ${file}`,
    );
  }
  const { taken, older } = await importProfiles(store, fromBundle(await contentOf(path, file), file));
  const kept = older === 0 ? '' : `; ${older} were not newer than what is here`;
  return tell(
    options,
    io,
    { imported: taken, older },
    `${count(taken, 'profile')} taken from ${file}${kept}`,
  );
}

async function contentOf(path: string, file: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CareError('OPTIONS_INVALID', `${file} cannot be read.`, {
      remedy: 'Name a file of `care profiles export`.',
      cause,
    });
  });
}

function tell(options: ProfilesCommandOptions, io: CliIo, told: object, text: string): number {
  io.stdout.write(options.json === true ? `${JSON.stringify(told)}\n` : `${printable(text)}\n`);
  return EXIT.done;
}
