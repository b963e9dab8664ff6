import { pathToFileURL } from 'node:url';
import { HostApplication, NEEDED, packPublicPackages } from '../host-application.fixture.mjs';

/** `createCare` of packed packages, installed into a host application of their own. */
export async function installedCare(more = []) {
  const packed = packPublicPackages();
  const host = new HostApplication();
  host.install([...NEEDED, ...more].map((name) => packed.tarballs.get(`@care/${name}`)));
  packed.remove();
  const entry = host.path('node_modules/@care/model-manager/dist/index.js');
  const { createCare } = await import(pathToFileURL(entry).href);
  return { createCare, root: host.dir, remove: () => host.remove() };
}
