/** Runs both generators in a copy of the workspace and takes what they write as it is: build, lint, discovery, contract suite. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, linkWorkspacePackage } from './workspace-copy.fixture.mjs';

const require = createRequire(import.meta.url);
const nxBin = require.resolve('nx/bin/nx.js');
const tscBin = require.resolve('typescript/bin/tsc');
const vitestBin = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
const eslintBin = path.join(path.dirname(require.resolve('eslint/package.json')), 'bin/eslint.js');
const prettierBin = require.resolve('prettier/bin/prettier.cjs');

let copy;
beforeAll(() => {
  copy = copyWorkspace();
}, 60_000);
afterAll(() => copy?.remove(), 60_000);

function node(args, expectedStatus = 0) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy.dir,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NO_COLOR: '1', VITEST: '', NODE_ENV: '' },
  });
  expect(status, `node ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(expectedStatus);
  return stdout;
}

const generate = (kind, ...args) =>
  node([nxBin, 'g', `@care/tools:${kind}-plugin`, ...args, '--no-interactive', '--skipInstall']);
const read = (file) => readFileSync(path.join(copy.dir, file), 'utf8');

describe.each([
  { kind: 'registry', kinds: 'registries', name: 'shelf', suite: 'registry contract' },
  { kind: 'backend', kinds: 'backends', name: 'quick-engine', suite: 'backend contract' },
])('nx g @care/tools:$kind-plugin $name', ({ kind, kinds, name, suite }) => {
  const directory = `packages/${kind}-${name}`;
  const packageName = `@care/${kind}-${name}`;

  it('writes a package and makes the workspace know it', () => {
    generate(kind, name);
    linkWorkspacePackage(copy.dir, packageName, directory);
    const layout = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'src/index.ts', 'src/options.ts'];
    expect(layout.filter((file) => !existsSync(path.join(copy.dir, directory, file)))).toEqual([]);
    expect(JSON.parse(read('package.json')).devDependencies).toHaveProperty(packageName, '*');
    expect(JSON.parse(read('tsconfig.json')).references).toContainEqual({ path: `./${directory}` });
  });

  it('builds, type checks and is formatted and linted', () => {
    node([tscBin, '-b', `${directory}/tsconfig.json`]);
    node([prettierBin, '--check', directory, 'package.json', 'tsconfig.json']);
    node([nxBin, 'graph', '--file=graph.json']);
    node([eslintBin, '--max-warnings=0', directory]);
  }, 180_000);

  it('is discovered and loaded', () => {
    const script = `
      import { discoverPlugins, loadPlugin } from '@care/registry-core';
      const { plugins, problems } = discoverPlugins({ roots: [process.cwd()] });
      const found = plugins.find(({ packageName }) => packageName === '${packageName}');
      const { kind, name } = await loadPlugin(found);
      const own = problems.filter((problem) => problem.packageName === '${packageName}');
      console.log(JSON.stringify({ listed: found.kind, kind, name, own }));`;
    const answer = JSON.parse(node(['--input-type=module', '-e', script]));
    expect(answer).toEqual({ listed: kinds, kind, name, own: [] });
  });

  it('passes its contract suite', () => {
    node([vitestBin, '--run', '--root', directory, '--reporter=json', '--outputFile=report.json']);
    const { numFailedTests, testResults } = JSON.parse(read(`${directory}/report.json`));
    const ofSuite = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ ancestorTitles, status }) => ancestorTitles.includes(suite) && status === 'passed');
    expect(numFailedTests).toBe(0);
    expect(ofSuite.length).toBeGreaterThan(10);
  });

  it('is not written over a package that exists', () => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [nxBin, 'g', `@care/tools:${kind}-plugin`, name, '--no-interactive', '--skipInstall'],
      { cwd: copy.dir, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' } },
    );
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('There is a package in');
  });
});
