import { pathToFileURL } from 'node:url';
import { publicPackages } from '@care/tools/packages/pack.mjs';
import { HostApplication, NEEDED, packPublicPackages } from '../host-application.fixture.mjs';

/** `createCare` of packed packages, installed into a host application of their own. */
export async function installedCare(more = []) {
  const packed = packPublicPackages();
  const host = new HostApplication();
  host.install(withDependencies([...NEEDED, ...more]).map((name) => packed.tarballs.get(name)));
  packed.remove();
  const entry = host.path('node_modules/@care/model-manager/dist/index.js');
  const { createCare } = await import(pathToFileURL(entry).href);
  return { createCare, root: host.dir, remove: () => host.remove() };
}

/** None of them is published yet: whatever of ours a package depends on has to be installed beside it. */
function withDependencies(names) {
  const manifests = new Map(publicPackages().map(({ manifest }) => [manifest.name, manifest]));
  const wanted = new Set(names.map((name) => `@care/${name}`));
  for (const name of wanted) {
    for (const dependency of Object.keys(manifests.get(name).dependencies ?? {}))
      if (manifests.has(dependency)) wanted.add(dependency);
  }
  return [...wanted];
}
