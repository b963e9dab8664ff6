/** A copy of the workspace in a temporary folder, with the installed packages linked: no network, nothing shared is written. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../nx.mjs';

const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  '.nx',
  'out-tsc',
  'test-output',
  'care-output',
  'bench-output',
]);

export function copyWorkspace() {
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), 'care-workspace-')));
  cpSync(root, copy, {
    recursive: true,
    preserveTimestamps: true, // so that what is built stays built
    filter: (source) => !LEFT_OUT.has(path.basename(source)),
  });
  linkPackages(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return { dir: copy, remove: () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Links a workspace package into the node_modules of the copy, as `npm install` does. */
export function linkWorkspacePackage(copy, packageName, directory) {
  link(path.join(copy, directory), path.join(copy, 'node_modules', packageName));
}

/** Links every installed package; those of the workspace point into the copy. */
function linkPackages(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from)) {
    const source = path.join(from, entry);
    if (entry.startsWith('.')) continue;
    if (entry === '@care') linkOwnPackages(source, path.join(to, entry));
    else if (entry.startsWith('@')) linkPackages(source, path.join(to, entry));
    else link(realpathSync(source), path.join(to, entry));
  }
}

function linkOwnPackages(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from)) {
    const inWorkspace = path.relative(root, realpathSync(path.join(from, entry)));
    link(path.join(to, '../..', inWorkspace), path.join(to, entry));
  }
}

function link(target, file) {
  if (!existsSync(file)) symlinkSync(target, file, 'junction');
}
