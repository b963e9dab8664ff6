import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';

/** A folder of this process's own, for an engine that takes files where it is given bytes. */
export interface PrivateFolder {
  /** Writes a file and gives its path. @throws CareError PATH_FORBIDDEN when the name leads out of the folder */
  write(name: string, bytes: Uint8Array): Promise<string>;
  /** May be called twice. Where the system keeps files that are in use, they stay until the last call. */
  remove(): Promise<void>;
}

export async function privateFolder(): Promise<PrivateFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'care-openvino-'));
  return {
    write: async (name, bytes) => {
      const path = resolve(folder, name);
      if (!path.startsWith(folder + sep)) {
        throw new CareError('PATH_FORBIDDEN', `"${name}" leads out of the model's folder`, {
          remedy: "Name external data below the model's own folder.",
          details: { artifact: name },
        });
      }
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }).catch(() => undefined),
  };
}
