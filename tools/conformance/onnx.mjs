/**
 * `npm run conformance:onnx [-- --backend PACKAGE] [--device ID] [--only TEXT]`: the backend tests of the ONNX project through the
 * backend contract, reported by operator and by reason. Exit code 1 when one failed.
 */
import { parseArgs } from 'node:util';
import { countResults, formatOnnxTestReport, runOnnxTests } from '@care/plugin-testkit/onnx-tests';
import { buildQuietly } from '../nx.mjs';
import { backendUnderTest, ORT } from './onnx/backend.mjs';
import { HOW_TO_GET_IT, onnxTestData } from './onnx/test-data.mjs';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: ORT },
    device: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const directory = onnxTestData();
if (directory === undefined) console.log(`SKIPPED: there are no ONNX tests here. ${HOW_TO_GET_IT}`);
else await report(directory);

async function report(data) {
  buildQuietly(['@care/plugin-testkit', values.backend]);
  const { backend, deviations } = await backendUnderTest(values.backend);
  const result = await runOnnxTests({
    backend,
    directory: data,
    deviations,
    only: (name) => name.includes(values.only),
    ...(values.device === undefined ? {} : { device: values.device }),
  });
  await backend.dispose?.();
  console.log(formatOnnxTestReport(result));
  process.exitCode = countResults(result.results).failed === 0 ? 0 : 1;
}
