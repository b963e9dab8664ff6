import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discoverPlugins } from './discover-plugins.js';
import { hostPackage, makeTree, pluginPackage } from './host.fixture.js';
import { text } from '../matching.fixture.js';

const good = pluginPackage('node_modules/good', 'good');

describe('a broken plugin is reported with package, path and remedy, and the others still work', () => {
  const registries = (entries: object, more: object = {}) => ({ contract: 1, registries: entries, ...more });
  const cases: [string, unknown, RegExp][] = [
    [
      'a newer contract',
      { contract: 2, registries: { xx: './index.js' } },
      /contract 2, this core understands 1/,
    ],
    ['no contract', { registries: { xx: './index.js' } }, /does not say its contract/],
    ['a number as field', 3, /neither an object nor a path/],
    ['null as field', null, /neither an object nor a path/],
    ['a list of registries', registries(['./index.js']), /"registries" is not an object/],
    ['an entry that is missing', registries({ xx: './gone.js' }), /"\.\/gone\.js", which does not exist/],
    ['an entry that is a folder', registries({ xx: './' }), /which is no file/],
    ['an entry outside by path', registries({ xx: './../good/index.js' }), /outside the package/],
    ['an entry outside by link', registries({ xx: './link/index.js' }), /outside the package/],
    ['an absolute entry', registries({ xx: '/index.js' }), /no relative path/],
    ['a bare entry', registries({ xx: 'index.js' }), /no relative path/],
    ['an entry of another type', registries({ xx: ['./index.js'] }), /no relative path/],
    ['an invalid name', registries({ 'Not Valid': './index.js' }), /invalid name "Not Valid"/],
    ['a name of one letter', registries({ c: './index.js' }), /invalid name "c"/],
    [
      'a priority in words',
      registries({ xx: './index.js' }, { priority: 'high' }),
      /"priority" is no finite number/,
    ],
    [
      'a plugin priority in words',
      registries({ xx: { entry: './index.js', priority: '1' } }),
      /priority of registries\.xx/,
    ],
  ];
  it.each(cases)('%s', (_name, field, message) => {
    const root = makeTree({
      'package.json': hostPackage(['bad', 'good']),
      ...good,
      ...pluginPackage('node_modules/bad', 'bad', { 'care-registry': field }),
      'node_modules/bad/link': { link: 'node_modules/good' },
    });
    const { plugins, problems } = discoverPlugins({ roots: [root] });
    expect(plugins.map((one) => one.name)).toEqual(['good']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'PLUGIN_INVALID',
      packageName: 'bad',
      path: join(root, 'node_modules/bad/package.json'),
      message: text(message),
      remedy: text(/\w/),
    });
  });

  it('keeps the good plugins of a package that also has a bad one', () => {
    const field = registries({ fine: './index.js', gone: './gone.js' });
    const root = makeTree({
      'package.json': hostPackage(['mixed']),
      ...pluginPackage('node_modules/mixed', 'fine', { 'care-registry': field }),
    });
    const { plugins, problems } = discoverPlugins({ roots: [root] });
    expect(plugins.map((one) => one.name)).toEqual(['fine']);
    expect(problems).toMatchObject([{ kind: 'registries', name: 'gone' }]);
  });

  it('reports a package.json that is no JSON only when it speaks of plugins', () => {
    const root = makeTree({
      'package.json': hostPackage(['broken', 'unrelated', 'list']),
      'node_modules/broken/package.json': '{ "care-registry": { "contract": 1, } }',
      'node_modules/unrelated/package.json': '{ nonsense',
      'node_modules/list/package.json': '["care-registry"]',
    });
    expect(discoverPlugins({ roots: [root] }).problems).toMatchObject([
      { packageName: 'broken', message: text(/not valid JSON/) },
      { packageName: 'list', message: text(/not a JSON object/) },
    ]);
  });

  it('ignores the words in other places, and packages that are declared but not installed', () => {
    const root = makeTree({
      'package.json': hostPackage(['mentions', 'not-installed'], {
        optionalDependencies: { '@cuda/only': '*' },
      }),
      'node_modules/mentions/package.json': {
        keywords: ['care-registry'],
        dependencies: { 'care-registry': '1' },
      },
    });
    expect(discoverPlugins({ roots: [root] })).toMatchObject({ plugins: [], problems: [] });
  });
});

describe('what the host says', () => {
  it('that a package is to be used which is not there, or no plugin', () => {
    const root = makeTree({
      'package.json': hostPackage([]),
      'node_modules/plain/package.json': { name: 'plain' },
    });
    expect(discoverPlugins({ roots: [root], packages: ['gone', '../x', 'plain'] }).problems).toMatchObject([
      { code: 'PLUGIN_NOT_FOUND', packageName: 'gone', remedy: text(/npm install gone/) },
      { code: 'PLUGIN_NOT_FOUND', packageName: '../x', remedy: text(/name of a package/) },
      { code: 'PLUGIN_INVALID', packageName: 'plain', message: text(/no "care-registry" field/) },
    ]);
  });

  it.each([
    ['absent', undefined, 'PLUGIN_NOT_FOUND', /does not exist/],
    ['no JSON', '{,}', 'PLUGIN_INVALID', /not valid JSON/],
    ['no object', '[]', 'PLUGIN_INVALID', /not a JSON object/],
  ])('in a package.json that is %s', (_name, content, code, message) => {
    const root = makeTree({ ...good, ...(content === undefined ? {} : { 'package.json': content }) });
    const { plugins, problems } = discoverPlugins({ roots: [root], packages: ['good'] });
    expect(plugins.map((one) => one.name)).toEqual(['good']);
    expect(problems).toMatchObject([{ code, path: join(root, 'package.json'), message: text(message) }]);
  });

  it('in a root that does not exist', () => {
    const root = join(makeTree({}), 'gone');
    expect(discoverPlugins({ roots: [root] }).problems).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect(discoverPlugins({ roots: [] })).toMatchObject({ plugins: [], problems: [] });
  });

  it('about Yarn Plug and Play when the process runs without it', () => {
    const root = makeTree({ 'package.json': hostPackage(['x']), '.pnp.cjs': '' });
    expect(discoverPlugins({ roots: [root] }).problems).toMatchObject([{ remedy: text(/yarn node/) }]);
  });
});

describe('one name from two packages', () => {
  const twice = () =>
    makeTree({
      'package.json': hostPackage(['first', 'second', 'good']),
      ...good,
      ...pluginPackage('node_modules/first', 'same'),
      ...pluginPackage('node_modules/second', 'same'),
    });
  const used = (options: object) => {
    const { plugins, problems } = discoverPlugins({ roots: [twice()], ...options });
    return { plugins: plugins.map((one) => `${one.packageName}:${one.name}`), problems };
  };

  it('is usable from neither', () => {
    const { plugins, problems } = used({});
    expect(plugins).toEqual(['good:good']);
    expect(problems).toMatchObject([
      { code: 'PLUGIN_AMBIGUOUS', kind: 'registries', name: 'same', message: text(/first .* and second /) },
    ]);
  });

  it.each([
    { same: 'second' },
    { 'registries/same': 'second' },
    { same: 'first', 'registries/same': 'second' },
  ])('is taken from the one that the host prefers: %j', (prefer) => {
    expect(used({ prefer })).toEqual({ plugins: ['good:good', 'second:same'], problems: [] });
  });

  it('is taken from none when the preferred one does not offer it', () => {
    const { plugins, problems } = used({ prefer: { same: 'third', good: 'third' } });
    expect(plugins).toEqual([]);
    expect(problems).toMatchObject([
      { code: 'PLUGIN_NOT_FOUND', packageName: 'third' },
      { code: 'PLUGIN_NOT_FOUND', packageName: 'third' },
    ]);
  });

  it('is no conflict between kinds', () => {
    const root = makeTree({
      'package.json': hostPackage(['first', 'second']),
      ...pluginPackage('node_modules/first', 'same'),
      ...pluginPackage('node_modules/second', 'same', {
        'care-registry': { contract: 1, backends: { same: './index.js' } },
      }),
    });
    expect(discoverPlugins({ roots: [root] })).toMatchObject({
      plugins: [{ kind: 'backends' }, { kind: 'registries' }],
      problems: [],
    });
  });
});
