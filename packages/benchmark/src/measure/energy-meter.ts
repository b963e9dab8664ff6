import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Counts energy of the machine's processors. */
export interface EnergyMeter {
  /** For people: where the figures come from. */
  readonly source: string;
  /** Joules since the meter was opened. Read it at least once a minute: the counters are small and begin again at 0. */
  read(): Promise<number>;
}

interface Domain {
  readonly file: string;
  /** Microjoules at which the counter begins again. */
  readonly range: number;
  last: number;
}

/**
 * The RAPL counters of Linux's powercap interface (https://docs.kernel.org/power/powercap/powercap.html), of all processor packages
 * together. Undefined where there are none, or where they may not be read (since 2020 they are root's).
 */
export async function openEnergyMeter(powercap = '/sys/class/powercap'): Promise<EnergyMeter | undefined> {
  const names = await readdir(powercap).catch(() => []);
  const domains: Domain[] = [];
  for (const zone of names.filter((name) => /^intel-rapl:\d+$/.test(name)).toSorted()) {
    const folder = join(powercap, zone);
    const name = await readFile(join(folder, 'name'), 'utf8').catch(() => '');
    const [range, last] = await Promise.all([
      microjoules(join(folder, 'max_energy_range_uj')),
      microjoules(join(folder, 'energy_uj')),
    ]);
    if (!name.startsWith('package') || range === undefined || last === undefined) continue;
    domains.push({ file: join(folder, 'energy_uj'), range, last });
  }
  if (domains.length === 0) return undefined;
  let sum = 0;
  return {
    source: `RAPL, ${domains.length} processor package${domains.length === 1 ? '' : 's'}`,
    read: async () => {
      for (const domain of domains) {
        const value = (await microjoules(domain.file)) ?? domain.last;
        sum += value >= domain.last ? value - domain.last : value + domain.range - domain.last;
        domain.last = value;
      }
      return sum / 1e6;
    },
  };
}

async function microjoules(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d{1,18}\s*$/.test(text) ? Number(text) : undefined;
}
