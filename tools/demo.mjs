/**
 * `npm run demo`: builds quietly, then predicts on a bundled picture with the bundled model and writes the annotated
 * picture to care-output/. Arguments go to `care predict`: `npm run demo -- --json`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildQuietly, root } from './nx.mjs';

const PICTURE = 'packages/registry-demo/pictures/room-2000021.jpg';
const MODEL = 'demo:room-detector';

console.log('Building the packages; the first time takes about a minute ...');
buildQuietly();
const { status, error } = spawnSync(
  process.execPath,
  [
    path.join(root, 'packages/cli/bin/care.js'),
    'predict',
    path.join(root, PICTURE),
    '--model',
    MODEL,
    '--save',
    './care-output',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
