import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system of its own with room for so many KiB, or undefined where this process may not mount one. */
export function smallDisk(kibibytes) {
  if (process.platform !== 'linux') return undefined;
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'care-small-disk-')));
  const unmount = () => {
    spawnSync('umount', [dir]);
    rmSync(dir, { recursive: true, force: true });
  };
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'care-small-disk', dir]);
  if (status === 0) return { dir, free: () => statfsSync(dir).bavail * statfsSync(dir).bsize, unmount };
  rmSync(dir, { recursive: true, force: true });
  return undefined;
}
