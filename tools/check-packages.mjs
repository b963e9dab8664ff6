/**
 * `npm run check:packages`: packs every public package as npm would publish it and looks at what a user would get:
 * publint, are-the-types-wrong, what is in the tarball, that every export imports and requires, that plugin entries exist.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildQuietly, root } from './nx.mjs';
import { checkContents } from './packages/check-contents.mjs';
import { checkExports } from './packages/check-exports.mjs';
import { checkManifest } from './packages/check-manifest.mjs';
import { checkTypes, checkWithPublint } from './packages/check-publication.mjs';
import { extract } from './packages/extract.mjs';
import { packAll, publicPackages } from './packages/pack.mjs';

// Below the workspace, so that the packed packages find their third-party dependencies where npm put them.
const workDir = path.join(root, 'node_modules/.cache/check-packages');

buildQuietly();
rmSync(workDir, { recursive: true, force: true });
const packages = publicPackages();
const tarballs = packAll(packages, path.join(workDir, 'tarballs'));
const hostDir = path.join(workDir, 'host');
for (const [name, tarball] of tarballs) extract(tarball, path.join(hostDir, 'node_modules', name));

let failed = 0;
for (const { dir, manifest } of packages) {
  const packedDir = path.join(hostDir, 'node_modules', manifest.name);
  const problems = [
    ...checkManifest(manifest, packedDir),
    ...checkContents(dir, packedDir),
    ...(await checkWithPublint(packedDir)),
    ...checkTypes(tarballs.get(manifest.name)),
    ...checkExports(manifest, packedDir, hostDir),
  ];
  failed += problems.length;
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${manifest.name}`);
  for (const problem of problems) console.log(`       ${problem}`);
}
console.log(`${packages.length} packages, ${failed} problems`);
process.exitCode = failed === 0 ? 0 : 1;
