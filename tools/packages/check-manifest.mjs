import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What every public package.json states, and that the files it names were packed. */
export function checkManifest(manifest, packedDir) {
  const problems = [];
  const expect = (condition, problem) => {
    if (!condition) problems.push(`package.json: ${problem}`);
  };
  expect(manifest.license === 'Apache-2.0', 'license is not Apache-2.0');
  expect((manifest.description ?? '').length > 20, 'description is missing');
  expect(manifest.engines?.node === '>=20.19', 'engines.node is not >=20.19');
  expect(manifest.type === 'module', 'type is not module');
  expect(manifest.exports !== undefined, 'exports is missing');
  expect(manifest.publishConfig?.access === 'public', 'publishConfig.access is not public');
  expect(manifest.publishConfig?.provenance === true, 'publishConfig.provenance is not true');
  for (const hook of ['preinstall', 'install', 'postinstall']) {
    expect(manifest.scripts?.[hook] === undefined, `scripts.${hook} would run on the machines of users`);
  }
  if (manifest.name !== '@care/registry-core' && '@care/registry-core' in (manifest.devDependencies ?? {})) {
    expect('@care/registry-core' in (manifest.peerDependencies ?? {}), 'the core is not a peerDependency');
  }
  for (const file of [
    ...exportTargets(manifest.exports),
    ...pluginEntries(manifest),
    ...binEntries(manifest),
  ]) {
    expect(existsSync(path.join(packedDir, file)), `${file} is named but not in the tarball`);
  }
  for (const file of binEntries(manifest)) {
    const start = existsSync(path.join(packedDir, file))
      ? readFileSync(path.join(packedDir, file), 'utf8')
      : '';
    expect(start.startsWith('#!/usr/bin/env node\n'), `${file} does not begin with #!/usr/bin/env node`);
  }
  return problems;
}

/** The files behind every condition, also those that only workspaces set (`@care/source`). */
function exportTargets(target) {
  if (typeof target === 'string') return target.includes('*') ? [] : [target];
  return Object.values(target ?? {}).flatMap(exportTargets);
}

function pluginEntries(manifest) {
  const field = manifest['care-registry'];
  if (field === undefined) return [];
  if (typeof field === 'string') return [field];
  return Object.entries(field)
    .filter(([, value]) => typeof value === 'object')
    .flatMap(([, entries]) => Object.values(entries))
    .filter((entry) => typeof entry === 'string');
}

function binEntries({ bin }) {
  return typeof bin === 'string' ? [bin] : Object.values(bin ?? {});
}
