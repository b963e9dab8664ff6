/**
 * Runs what is built. A process that fetches what its argument says (`{ directory, sources, lease, hold, stallTimeoutMs }` as JSON) through a store of
 * its own and tells its parent: `ready`, and after any
 * message from it `{ artifacts }` or `{ code, message }`. With `hold` it stays.
 */
import { createArtifactStore, createHttpClient } from '../../dist/index.js';

const {
  directory,
  sources,
  lease = [],
  hold = false,
  stallTimeoutMs = 5_000,
} = JSON.parse(process.argv[2] ?? '{}');
const client = createHttpClient({ env: {}, backoffMs: { first: 5, most: 50 }, stallTimeoutMs });
const store = createArtifactStore({ directory, client });

const go = new Promise((resolve) => process.once('message', resolve));
process.send('ready');
await go;
try {
  if (lease.length > 0) await store.lease(lease);
  const artifacts = await store.fetchAll(sources);
  process.send({ artifacts });
} catch (error) {
  process.send({ code: error.code, message: String(error) });
}
// The channel to its parent keeps it.
if (!hold) process.disconnect();
