import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Unpacks an npm tarball into `target`, without its `package/` folder. */
export function extract(tarball, target) {
  mkdirSync(target, { recursive: true });
  // Relative, because some tars read `C:` as the name of a host.
  const file = path.relative(target, tarball).replaceAll('\\', '/');
  const result = spawnSync('tar', ['-xzf', file, '--strip-components=1'], { cwd: target, encoding: 'utf8' });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`tar could not unpack ${tarball}: ${result.stderr}`);
}
