import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readManifest } from './pack.mjs';

const require = createRequire(import.meta.url);

/** publint's findings of every level. */
export async function checkWithPublint(packedDir) {
  const { messages } = await publint({ pkgDir: packedDir, strict: true, pack: false });
  const manifest = readManifest(packedDir);
  return messages
    .filter(({ code }) => !IGNORED_MESSAGES.has(code))
    .map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** The home of the repository is set when a release is published, from where it is published. */
const IGNORED_MESSAGES = new Set(['USE_REPOSITORY']);

/**
 * are-the-types-wrong on the tarball. Profile `esm-only`: it would call a package of ES modules unusable for `require`,
 * but `engines` says Node >= 20.19, where `require` loads ES modules; `checkExports` proves it for every export.
 */
export function checkTypes(tarball) {
  const bin = path.join(path.dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');
  const args = [bin, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? [] : [`attw: ${(stdout + stderr).trim()}`];
}
