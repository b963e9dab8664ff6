/**
 * `npm test`: builds what is needed, runs the tests of every project and ends with one line,
 * `N passed, N failed, N skipped`, summed over the vitest reports (which Nx restores for cached projects).
 * Arguments go to Nx: `npm test -- --skipNxCache`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nx, nxJson, root } from './nx.mjs';

const REPORT = 'test-output/vitest.json';

const { nodes } = nxJson(['graph', '--print']).graph;
const projects = Object.values(nodes)
  .filter(({ data }) => data.targets?.test !== undefined)
  .map(({ name, data }) => ({ name, dir: path.join(root, data.root) }));
// A report of an earlier run must never be counted for a project that did not come to run.
for (const { dir } of projects)
  rmSync(path.join(dir, path.dirname(REPORT)), { recursive: true, force: true });

const assets = process.env.CARE_TEST_ASSETS ?? path.resolve(root, '../shared');
// What tests leave in a cache is not left in the user's.
const cache = mkdtempSync(path.join(tmpdir(), 'care-test-cache-'));
const env = {
  CARE_CACHE_DIR: cache,
  ...(existsSync(assets) ? { CARE_TEST_ASSETS: path.resolve(assets) } : {}),
};
const status = nx(['run-many', '-t', 'test', '--parallel=2', ...process.argv.slice(2)], { env });
rmSync(cache, { recursive: true, force: true });

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, dir } of projects) {
  const counted = countReport(path.join(dir, REPORT));
  for (const key of Object.keys(total)) total[key] += counted[key];
  const problem = counted.problem === undefined ? '' : `  ${counted.problem}`;
  console.log(
    `${name.padEnd(32)} ${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped${problem}`,
  );
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = status !== 0 || total.failed > 0 ? 1 : 0;

function countReport(file) {
  if (!existsSync(file)) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      problem: 'did not run; its build or the build of a dependency failed',
    };
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that could not even be loaded has no tests that failed; it counts as one failure.
  const unloadable = report.testResults.filter(
    (result) =>
      result.status === 'failed' && result.assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    ...(unloadable.length === 0 ? {} : { problem: `${unloadable.length} test file(s) could not be loaded` }),
  };
}
