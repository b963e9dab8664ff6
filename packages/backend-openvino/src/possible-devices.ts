import { existsSync } from 'node:fs';
import type { OpenVinoOptions } from './options.js';

/** Where Linux shows graphics cards (WSL: the second) and NPUs; elsewhere only the engine knows. */
const LINUX_FILES: Readonly<Record<string, readonly string[]>> = {
  gpu: ['/dev/dri', '/dev/dxg'],
  npu: ['/dev/accel'],
};

/**
 * Devices that may be there, as far as files tell: those of the options, then the others. `auto` is no further choice where the CPU
 * is the only one, and is left out there unless the options name it.
 */
export function possibleDevices(
  { devices }: OpenVinoOptions,
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): readonly string[] {
  const shown = (device: string) => {
    const files = LINUX_FILES[device.split('.', 1)[0] ?? device];
    return platform !== 'linux' || files === undefined || files.some((path) => exists(path));
  };
  const others = ['gpu', 'npu'].filter(shown);
  const all = [...devices.filter(shown), ...others, 'cpu', ...(others.length === 0 ? [] : ['auto'])];
  return [...new Set(all)];
}
