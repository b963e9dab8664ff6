/** `npm run conformance`: `care serve` under tritonclient and perf_analyzer. Exit code 1 when a check failed; what cannot run here is told. */
import { buildQuietly } from '../nx.mjs';
import { LOADS, openConformance, runPerfAnalyzer, runTritonClient, Unavailable } from './conformance.mjs';

let failed = false;

buildQuietly();
const server = await openConformance();
try {
  await part('tritonclient', () => runTritonClient(server));
  for (const load of LOADS) await part(loadName(load), () => runPerfAnalyzer(server, load));
} finally {
  const { code, log } = await server.close();
  if (code !== 0) report(`care serve ended with ${code}:\n${log}`);
}
process.exitCode = failed ? 1 : 0;

async function part(name, run) {
  console.log(`\n=== ${name}`);
  try {
    const { status, output } = await run();
    console.log(output.trim());
    if (status !== 0) report(`${name} ended with ${status}`);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`SKIPPED: ${error.message}`);
  }
}

function loadName({ model, concurrency, more = [] }) {
  return ['perf_analyzer', model, `concurrency ${concurrency}`, ...more].join(' ');
}

function report(problem) {
  failed = true;
  console.log(`FAILED: ${problem}`);
}
