import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace root: the nearest directory upwards with an nx.json. */
function workspaceRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'nx.json')) && dirname(directory) !== directory)
    directory = dirname(directory);
  return directory;
}

const assets = process.env.CARE_TEST_ASSETS ?? resolve(workspaceRoot(), '..', 'shared');

/** Real trained models that are not part of the repository. */
export const TEST_MODELS = join(assets, 'models');
