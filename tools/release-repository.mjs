/**
 * Writes `repository` into every public package.json before a release is published. npm's provenance demands that it
 * names the repository the release is built in, and that is known only there (`GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`):
 * a fork that publishes under its own scope needs no edit. The change is made in the release job and never committed.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './nx.mjs';
import { publicPackages } from './packages/pack.mjs';

const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository } = process.env;
if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? '')) {
  throw new Error(
    'GITHUB_REPOSITORY is not set to owner/name: a release is published by .github/workflows/release.yml.',
  );
}
for (const { dir, manifest } of publicPackages()) {
  const directory = path.relative(root, dir).replaceAll('\\', '/');
  const stated = {
    ...manifest,
    repository: { type: 'git', url: `git+${server}/${repository}.git`, directory },
  };
  writeFileSync(path.join(dir, 'package.json'), `${JSON.stringify(stated, null, 2)}\n`);
  console.log(`${manifest.name}: ${server}/${repository}/tree/HEAD/${directory}`);
}
