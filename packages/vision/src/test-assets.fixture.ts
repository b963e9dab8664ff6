import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of real models and photos that are not part of the repository; undefined when it is not there. */
export const TEST_ASSETS = find();

function find(): string | undefined {
  const stated = process.env.CARE_TEST_ASSETS;
  const folder = stated === undefined ? join(workspaceRoot(), '..', 'shared') : resolve(stated);
  return existsSync(join(folder, 'models')) && existsSync(join(folder, 'images')) ? folder : undefined;
}

function workspaceRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'nx.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
