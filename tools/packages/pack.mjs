/** Packs the public packages of the workspace as npm would publish them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../nx.mjs';

/** Every public package: its folder and its manifest. */
export function publicPackages() {
  const dir = path.join(root, 'packages');
  return readdirSync(dir)
    .map((name) => path.join(dir, name))
    .filter((packageDir) => existsSync(path.join(packageDir, 'package.json')))
    .map((packageDir) => ({ dir: packageDir, manifest: readManifest(packageDir) }))
    .filter(({ manifest }) => manifest.private !== true);
}

export function readManifest(packageDir) {
  return JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8'));
}

/** Runs npm without a shell where that is possible (on Windows npm is a .cmd file). */
export function npm(args, cwd, env = process.env) {
  const cli = process.env.npm_execpath;
  const [command, first, shell] =
    cli?.endsWith('.js') === true
      ? [process.execPath, [cli], false]
      : ['npm', [], process.platform === 'win32'];
  const result = spawnSync(command, [...first, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    shell,
    maxBuffer: 1 << 26,
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${result.stderr}`);
  return result.stdout;
}

/** Packs the given packages into `destination`: package name -> path of the tarball. */
export function packAll(packages, destination) {
  mkdirSync(destination, { recursive: true });
  const workspaces = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, ...workspaces];
  const answer = JSON.parse(npm(args, root));
  // npm 12 answers with an object by package name, earlier ones with an array.
  return new Map(
    Object.values(answer).map(({ name, filename }) => [
      name,
      path.join(destination, filename.replace('@', '').replace('/', '-')),
    ]),
  );
}
