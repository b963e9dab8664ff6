/** Runs this workspace's Nx: without shell, daemon or cloud, so that it behaves alike everywhere. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

const bin = createRequire(path.join(root, 'package.json')).resolve('nx/bin/nx.js');
const quietEnv = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };

/** Runs Nx and returns its exit status. `stdio` is `inherit` unless told otherwise. */
export function nx(args, { env = {}, stdio = 'inherit' } = {}) {
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    stdio,
    env: { ...process.env, ...quietEnv, ...env },
  });
  if (result.error !== undefined) throw result.error;
  return result.status ?? 1;
}

/** Runs an Nx command that prints JSON. */
export function nxJson(args) {
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...quietEnv },
  });
  if (result.status !== 0) throw new Error(`nx ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** Builds every package, or those named and what they need: output on stderr, and only when something failed. */
export function buildQuietly(projects = []) {
  const chosen = projects.length === 0 ? [] : ['-p', projects.join(',')];
  const result = spawnSync(process.execPath, [bin, 'run-many', '-t', 'build', ...chosen], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...quietEnv },
  });
  if (result.status !== 0) {
    process.stderr.write(result.stdout + result.stderr);
    throw new Error('The build failed; its output is above.');
  }
}
