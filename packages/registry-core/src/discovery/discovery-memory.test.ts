import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { discoverPlugins } from './discover-plugins.js';
import { addToTree, hostPackage, makeTree, pluginPackage } from './host.fixture.js';

// Files younger than two seconds are not answered from memory; the clock is set forward instead of waiting.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 }));
afterEach(() => vi.useRealTimers());

function host(): string {
  return makeTree({
    'package.json': hostPackage(['plugin', '@acme/late', 'member', 'plain']),
    ...pluginPackage('node_modules/plugin', 'plugin'),
    'node_modules/@acme/other/package.json': {},
    'node_modules/plain/package.json': { name: 'plain' },
    'node_modules/.package-lock.json': '{}',
    ...pluginPackage('packages/member', 'member', { 'care-registry': undefined }),
    'node_modules/member': { link: 'packages/member' },
  });
}

it('gives the same answer again while nothing changed, unless asked to refresh', () => {
  const roots = [host()];
  const first = discoverPlugins({ roots });
  expect(discoverPlugins({ roots })).toBe(first);
  expect(discoverPlugins({ roots, scope: 'all' })).not.toBe(first);
  const again = discoverPlugins({ roots, refresh: true });
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});

it('cannot be changed by who asked', () => {
  const { plugins, problems } = discoverPlugins({ roots: [host()] });
  expect([plugins, problems, plugins[0]].every((one) => Object.isFrozen(one))).toBe(true);
});

it('does not trust what was written just before', () => {
  vi.useRealTimers();
  const roots = [host()];
  expect(discoverPlugins({ roots })).not.toBe(discoverPlugins({ roots }));
});

const names = (root: string) => discoverPlugins({ roots: [root] }).plugins.map((one) => one.name);
it.each<[string, (root: string) => void, string[]]>([
  [
    'a package is installed',
    (root) => addToTree(root, pluginPackage('node_modules/@acme/late', 'late')),
    ['late', 'plugin'],
  ],
  ['a package is removed', (root) => rmSync(join(root, 'node_modules/plugin'), { recursive: true }), []],
  ['the host declares less', (root) => addToTree(root, { 'package.json': hostPackage([]) }), []],
  ['an entry disappears', (root) => rmSync(join(root, 'node_modules/plugin/index.js')), []],
  [
    'a plugin is renamed in place',
    (root) => addToTree(root, pluginPackage('node_modules/plugin', 'renamed')),
    ['renamed'],
  ],
  [
    'a linked package becomes a plugin',
    (root) => addToTree(root, pluginPackage('packages/member', 'member')),
    ['member', 'plugin'],
  ],
  [
    'the package manager changed a package in place',
    (root) =>
      addToTree(root, {
        ...pluginPackage('node_modules/plain', 'plain'),
        'node_modules/.package-lock.json': '{ "changed": 1 }',
      }),
    ['plain', 'plugin'],
  ],
])('looks again when %s', (_name, change, expected) => {
  const root = host();
  expect(names(root)).toEqual(['plugin']);
  change(root);
  expect(names(root)).toEqual(expected);
});
