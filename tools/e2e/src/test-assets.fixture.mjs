import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '@care/tools/nx.mjs';

const folder = process.env.CARE_TEST_ASSETS ?? path.resolve(root, '../shared');

/** A file of the folder with real models and photos; undefined when there is no such folder. */
export function testAsset(...parts) {
  const file = path.join(folder, ...parts);
  return existsSync(file) ? file : undefined;
}
