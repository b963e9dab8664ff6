import { entriesOf, readText, type Machine } from './machine.js';

/** What NVIDIA's kernel driver tells of itself and the cards, without loading anything. */
export interface GpuFacts {
  /** e.g. `550.54.14`. */
  readonly driver: string;
  /** Names in the order of their bus addresses, which is CUDA's with CUDA_DEVICE_ORDER=PCI_BUS_ID. */
  readonly cards: readonly string[];
}

const VERSION_FILE = '/proc/driver/nvidia/version';
const CARDS_FOLDER = '/proc/driver/nvidia/gpus';

/** Undefined when the driver is not loaded. */
export function readGpuFacts(machine: Machine): GpuFacts | undefined {
  const version = readText(machine, VERSION_FILE);
  if (version === undefined) return undefined;
  const cards = entriesOf(machine, CARDS_FOLDER).flatMap((address) => {
    const text = readText(machine, `${CARDS_FOLDER}/${address}/information`);
    return text === undefined ? [] : [/^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? address];
  });
  return { driver: /\s(\d+\.\d+(?:\.\d+)?)\s/.exec(version)?.[1] ?? 'unknown', cards };
}
