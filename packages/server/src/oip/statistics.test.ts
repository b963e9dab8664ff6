import { expect, it } from 'vitest';
import { RequestTotals } from '../metrics/request-totals.js';
import { versionStatistics } from './statistics.js';

it('names the unversioned model by a number, which is what clients of the extension read', () => {
  const totals = new RequestTotals();
  const servedBy = {
    id: 'boxes',
    registry: 'local-onnx',
    variant: 'onnx',
    backend: 'ort',
    device: 'cpu',
    sha256: '0',
  };
  const request = { modelId: 'boxes', role: 'live', kind: 'infer', seconds: 0.25, servedBy } as const;
  totals.add({ ...request, version: null });
  totals.add({ ...request, version: '1.2.0' });
  expect(totals.all.map(versionStatistics)).toMatchObject([
    { name: 'boxes', version: '0', inference_stats: { success: { count: 1, ns: 250_000_000 } } },
    { name: 'boxes', version: '1.2.0' },
  ]);
});
