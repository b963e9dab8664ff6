import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discoverPlugins } from './discover-plugins.js';
import { addToTree, hostPackage, makeTree, pluginPackage } from './host.fixture.js';
import type { DiscoverOptions } from './plugin-descriptor.js';
import { text } from '../matching.fixture.js';

const names = (options: DiscoverOptions) =>
  discoverPlugins(options).plugins.map(({ kind, name }) => `${kind}/${name}`);

describe('what is found', () => {
  it('describes a declared plugin without importing it', () => {
    const root = makeTree({
      'package.json': hostPackage(['@acme/models']),
      ...pluginPackage('node_modules/@acme/models', 'acme'),
      'node_modules/@acme/models/index.js': 'throw new Error("imported");',
    });
    const { plugins, problems } = discoverPlugins({ roots: [root] });
    expect(problems).toEqual([]);
    expect(plugins).toEqual([
      {
        kind: 'registries',
        name: 'acme',
        packageName: '@acme/models',
        packageVersion: '1.0.0',
        packageDir: join(root, 'node_modules/@acme/models'),
        entryUrl: pathToFileURL(join(root, 'node_modules/@acme/models/index.js')).href,
        priority: 50,
      },
    ]);
  });

  it('looks at dependencies, optional, dev and peer ones, and at the host itself', () => {
    const kinds = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'];
    const root = makeTree({
      'package.json': {
        name: 'host',
        ...Object.fromEntries(kinds.map((kind, i) => [kind, { [`p${i}`]: '*' }])),
        'care-registry': { contract: 1, steps: { own: './own.js' } },
      },
      'own.js': '',
      ...Object.fromEntries(
        kinds.flatMap((_, i) => Object.entries(pluginPackage(`node_modules/p${i}`, `plugin${i}`))),
      ),
    });
    expect(names({ roots: [root] })).toEqual(['steps/own', ...kinds.map((_, i) => `registries/plugin${i}`)]);
  });

  it('finds kinds that it does not know', () => {
    const field = { contract: 1, tasks: { depth: './index.js' }, backends: { ncnn: './index.js' } };
    const root = makeTree({
      'package.json': hostPackage(['multi']),
      ...pluginPackage('node_modules/multi', 'unused', { 'care-registry': field }),
    });
    expect(names({ roots: [root] })).toEqual(['tasks/depth', 'backends/ncnn']);
  });

  it.each([
    ['mlflow-models', 'mlflow-models'],
    ['care-registry-mlflow', 'mlflow'],
    ['registry-mlflow', 'mlflow'],
    ['@acme/registry-mlflow', 'mlflow'],
    ['@acme/care-registry-mlflow', 'mlflow'],
  ])('names the registry of the short form after the package: %s is %s', (packageName, name) => {
    const root = makeTree({
      'package.json': hostPackage([packageName]),
      ...pluginPackage(`node_modules/${packageName}`, name, { 'care-registry': './index.js' }),
    });
    expect(names({ roots: [root] })).toEqual([`registries/${name}`]);
  });

  it('does not look at what is installed but not declared, nor at what dependencies need', () => {
    const root = makeTree({
      'package.json': hostPackage(['library']),
      'node_modules/library/package.json': { name: 'library', dependencies: { deep: '*' } },
      ...pluginPackage('node_modules/deep', 'deep'),
      ...pluginPackage('node_modules/stray', 'stray'),
    });
    expect(names({ roots: [root] })).toEqual([]);
    expect(names({ roots: [root], packages: ['stray'] })).toEqual(['registries/stray']);
  });

  it("walks transitive dependencies with scope 'all', also in circles", () => {
    const root = makeTree({
      'package.json': hostPackage(['aa'], { devDependencies: { missing: '*' } }),
      'node_modules/aa/package.json': {
        name: 'aa',
        dependencies: { bb: '*' },
        devDependencies: { dev: '*' },
      },
      'node_modules/aa/node_modules/bb/package.json': { name: 'bb', dependencies: { aa: '*', deep: '*' } },
      ...pluginPackage('node_modules/aa/node_modules/deep', 'deep', { dependencies: { aa: '*', deep: '*' } }),
      ...pluginPackage('node_modules/dev', 'dev'),
    });
    expect(names({ roots: [root], scope: 'all' })).toEqual(['registries/deep']);
    expect(discoverPlugins({ roots: [root], scope: 'all' }).problems).toEqual([]);
  });

  it('reads a package.json with a byte order mark', () => {
    const root = makeTree({
      'package.json': `\uFEFF${JSON.stringify(hostPackage(['bom']))}`,
      'node_modules/bom/package.json': `\uFEFF${JSON.stringify({ 'care-registry': './i.js' })}`,
      'node_modules/bom/i.js': '',
    });
    expect(names({ roots: [root] })).toEqual(['registries/bom']);
  });
});

describe('where it looks', () => {
  it('takes the nearest version, and climbs to the folders above', () => {
    const root = makeTree({
      ...pluginPackage('node_modules/hoisted', 'hoisted'),
      ...pluginPackage('node_modules/both', 'both', { version: '1.0.0' }),
      'packages/app/package.json': hostPackage(['hoisted', 'both']),
      ...pluginPackage('packages/app/node_modules/both', 'both', { version: '2.0.0' }),
    });
    const { plugins } = discoverPlugins({ roots: [join(root, 'packages/app')] });
    expect(plugins.map((one) => [one.name, one.packageVersion])).toEqual([
      ['both', '2.0.0'],
      ['hoisted', '1.0.0'],
    ]);
  });

  it('follows links to workspace members, and reports the real folder', () => {
    const root = makeTree({
      'package.json': hostPackage(['member', '@acme/other']),
      ...pluginPackage('packages/member', 'member'),
      ...pluginPackage('packages/other', 'other'),
      'node_modules/member': { link: 'packages/member' },
      'node_modules/@acme/other': { link: 'packages/other' },
    });
    const { plugins, problems } = discoverPlugins({ roots: [root] });
    expect(problems).toEqual([]);
    expect(plugins.map((one) => one.packageDir)).toEqual([
      join(root, 'packages/member'),
      join(root, 'packages/other'),
    ]);
  });

  it('finds one real package once through several roots and names', () => {
    const root = makeTree({
      'package.json': hostPackage(['member', 'alias']),
      ...pluginPackage('packages/member', 'member'),
      'node_modules/member': { link: 'packages/member' },
      'node_modules/alias': { link: 'packages/member' },
      'packages/app/package.json': hostPackage(['member']),
    });
    expect(names({ roots: [root, join(root, 'packages/app'), join(root, 'packages/member')] })).toEqual([
      'registries/member',
    ]);
  });

  it('takes the version of the first root and notes the other', () => {
    const root = makeTree({
      'one/package.json': hostPackage(['plugin']),
      ...pluginPackage('one/node_modules/plugin', 'plugin', { version: '1.0.0' }),
      'two/package.json': hostPackage(['plugin']),
      ...pluginPackage('two/node_modules/plugin', 'plugin', { version: '2.0.0' }),
    });
    const discovery = discoverPlugins({ roots: [join(root, 'two'), join(root, 'one')] });
    expect(discovery.plugins.map((one) => one.packageVersion)).toEqual(['2.0.0']);
    expect(discovery.problems).toEqual([]);
    expect(discovery.notes).toMatchObject([
      { packageName: 'plugin', message: text(/2\.0\.0 .* is used, not 1\.0\.0/) },
    ]);
  });

  it('never follows a declared name out of node_modules', () => {
    const root = makeTree({
      'package.json': hostPackage([
        '../evil',
        '.',
        'a/../../evil',
        '@x/../../evil',
        'lib/evil',
        '',
        '__proto__',
      ]),
      ...pluginPackage('evil', 'evil'),
      ...pluginPackage('node_modules/lib/evil', 'evil'),
      'node_modules/a/package.json': {},
      'node_modules/@x/y/package.json': {},
    });
    expect(discoverPlugins({ roots: [root], scope: 'all' })).toMatchObject({ plugins: [], problems: [] });
  });
});

describe('order', () => {
  const root = () =>
    makeTree({
      'package.json': hostPackage(['remote', 'local', 'bbb', 'aaa', 'detailed']),
      ...pluginPackage('node_modules/remote', 'remote', {
        'care-registry': { contract: 1, priority: 90, registries: { remote: './index.js' } },
      }),
      ...pluginPackage('node_modules/local', 'local', {
        'care-registry': { contract: 1, priority: 10, registries: { local: './index.js' } },
      }),
      ...pluginPackage('node_modules/bbb', 'bbb'),
      ...pluginPackage('node_modules/aaa', 'aaa'),
      ...pluginPackage('node_modules/detailed', 'detailed', {
        'care-registry': {
          contract: 1,
          priority: 99,
          registries: { detailed: { entry: './index.js', priority: -1 } },
        },
      }),
    });
  const short = (options: DiscoverOptions) => discoverPlugins(options).plugins.map((one) => one.name);

  it('is by priority, then by name', () => {
    expect(short({ roots: [root()] })).toEqual(['detailed', 'local', 'aaa', 'bbb', 'remote']);
  });

  it('is first of all what the host says', () => {
    const order = ['remote', 'registries/bbb', 'unknown'];
    expect(short({ roots: [root()], order })).toEqual(['remote', 'bbb', 'detailed', 'local', 'aaa']);
  });
});

describe('anything in a package.json', () => {
  it('is reported or ignored, never thrown', () => {
    const root = makeTree({ 'package.json': hostPackage(['fuzz']), 'node_modules/fuzz/i.js': '' });
    const entry = fc.oneof(fc.constantFrom('./i.js', './', '../x', './\0', '/etc/passwd'), fc.jsonValue());
    const field = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          contract: fc.constantFrom(1, 2, '1', null),
          priority: fc.jsonValue(),
          registries: fc.dictionary(fc.string(), entry),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        contract: fc.constant(1),
        registries: fc.dictionary(fc.constantFrom('ok', '__proto__', 'A', 'x'.repeat(99)), entry),
      }),
    );
    fc.assert(
      fc.property(field, (value) => {
        addToTree(root, { 'node_modules/fuzz/package.json': { 'care-registry': value } });
        const { plugins, problems } = discoverPlugins({ roots: [root], refresh: true });
        for (const one of plugins)
          expect(one.entryUrl).toBe(pathToFileURL(join(root, 'node_modules/fuzz/i.js')).href);
        for (const one of problems) {
          expect(one).toMatchObject({ code: 'PLUGIN_INVALID', packageName: 'fuzz' });
          expect(one.message.length).toBeLessThan(500);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of the host neither', () => {
    const root = makeTree({ ...pluginPackage('node_modules/pp', 'pp') });
    const dependencies = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()));
    const host = fc.oneof(
      fc.string(),
      fc.record({ name: fc.jsonValue(), dependencies }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(host, (text) => {
        addToTree(root, { 'package.json': text });
        for (const scope of ['declared', 'all'] as const)
          discoverPlugins({ roots: [root], scope, refresh: true });
      }),
      { numRuns: 200 },
    );
  });
});
