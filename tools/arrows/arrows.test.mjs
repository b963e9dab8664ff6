/**
 * Proves that lint refuses the imports that the design forbids. The table below is written down from the design
 * and not derived from eslint.config.js, so that a slip there fails here.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { nxJson, root } from '../nx.mjs';

const RULE = '@nx/enforce-module-boundaries';

const packages = readdirSync(path.join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const plugins = packages.filter((name) => /^(registry-(?!core$)|backend-)/.test(name));

/** What the sources of each package may import; a package that is no plugin is added here with its arrows. */
const allowed = {
  'registry-core': [],
  'model-manifest': ['registry-core'],
  'artifact-store': ['registry-core'],
  'plugin-testkit': ['registry-core'],
  ...Object.fromEntries(plugins.map((name) => [name, ['registry-core', 'model-manifest', 'artifact-store']])),
  vision: ['registry-core'],
  'model-manager': ['registry-core', 'vision'],
  benchmark: ['registry-core', 'vision', 'model-manager'],
  server: ['registry-core', 'vision', 'model-manager', 'benchmark'],
  cli: [
    'registry-core',
    'model-manifest',
    'artifact-store',
    'vision',
    'model-manager',
    'benchmark',
    'server',
    ...plugins,
  ],
};

let eslint;
beforeAll(() => {
  nxJson(['graph', '--print']); // The rule reads the graph that Nx keeps; without one it would say nothing.
  eslint = new ESLint({
    cwd: root,
    ruleFilter: ({ ruleId }) => ruleId === RULE,
    // The rule needs no types, and the files that are linted here do not exist.
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  });
});

/** Lints a file that imports each of `targets` and returns those that are refused, with the reason. */
async function refused(file, targets, specifier = (name) => `@care/${name}`) {
  const code = targets.map((name) => `import '${specifier(name)}';`).join('\n');
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file), warnIgnored: true });
  expect(
    result.messages.filter(({ ruleId }) => ruleId !== RULE),
    'messages other than of the rule',
  ).toEqual([]);
  return new Map(result.messages.map(({ line, message }) => [targets[line - 1], message]));
}

it('the table knows every package', () => {
  expect(Object.keys(allowed).toSorted()).toEqual(packages.toSorted());
});

describe.each(packages)('sources of %s', (source) => {
  const others = packages.filter((name) => name !== source);
  const file = `packages/${source}/src/forbidden.ts`;

  it('may import what the design allows, and nothing else', async () => {
    const forbidden = others.filter((name) => !allowed[source].includes(name));
    expect([...(await refused(file, others)).keys()].toSorted()).toEqual(forbidden.toSorted());
  });

  it('may not reach into the files of another package', async () => {
    const byPath = await refused(file, others, (name) => `../../${name}/src/index.js`);
    expect([...byPath.keys()].toSorted()).toEqual(others.toSorted());
  });
});

describe('tests', () => {
  it.each(plugins)('of %s may run the contract suites', async (source) => {
    const found = await refused(`packages/${source}/src/x.test.ts`, ['registry-core', 'plugin-testkit']);
    expect(found).toEqual(new Map());
  });

  it('of a registry may go from a reference to a prediction, but know no host', async () => {
    const targets = ['model-manager', 'vision', 'backend-ort', 'cli', 'server'];
    const found = await refused('packages/registry-huggingface/src/x.test.ts', targets);
    expect([...found.keys()]).toEqual(['cli', 'server']);
  });

  it('of the manager may use real plugins instead of mocks, but no host', async () => {
    const found = await refused('packages/model-manager/src/x.test.ts', ['backend-ort', 'cli']);
    expect([...found.keys()]).toEqual(['cli']);
  });
});
