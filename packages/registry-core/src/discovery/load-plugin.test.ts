import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../logger.js';
import { defineBackend, defineRegistry, type RegistryDefinition } from '../plugin.js';
import { createBackend, createRegistry } from './create-plugin.js';
import { discoverPlugins } from './discover-plugins.js';
import { definitionSource, hostPackage, makeTree, registrySource } from './host.fixture.js';
import { loadPlugin, loadPluginModule } from './load-plugin.js';
import type { PluginDescriptor } from './plugin-descriptor.js';
import { coded } from '../matching.fixture.js';

const context = { rootDir: '/', env: {}, logger: silentLogger };

/** A plugin named `mine` in a real package, found by discovery. */
function plugin(source: string, file = 'index.mjs', kind = 'registries'): PluginDescriptor {
  const root = makeTree({
    'package.json': hostPackage(['mine']),
    'node_modules/mine/package.json': {
      name: 'mine',
      version: '1.0.0',
      'care-registry': { contract: 1, [kind]: { mine: `./${file}` } },
    },
    [`node_modules/mine/${file}`]: source,
  });
  const [found] = discoverPlugins({ roots: [root] }).plugins;
  if (found === undefined) throw new Error('the fixture was not found');
  return found;
}

describe('loadPlugin', () => {
  it.each([
    ['ESM', 'index.mjs', registrySource('mine')],
    ['CommonJS', 'index.cjs', `module.exports = ${definitionSource('mine')};`],
    [
      'CommonJS compiled from ESM',
      'index.cjs',
      `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${definitionSource('mine')};`,
    ],
    [
      'CommonJS with a property default',
      'index.cjs',
      `module.exports = { default: ${definitionSource('mine')} };`,
    ],
  ])('imports %s, once', async (_name, file, source) => {
    const descriptor = plugin(source, file);
    const definition = await loadPlugin(descriptor);
    expect(definition).toMatchObject({ kind: 'registry', name: 'mine', contract: 1 });
    expect(await loadPlugin(descriptor)).toBe(definition);
  });

  it('imports a backend', async () => {
    expect(
      await loadPlugin(plugin(`export default ${definitionSource('mine', 'backend')}`, 'b.mjs', 'backends')),
    ).toMatchObject({ kind: 'backend' });
  });

  it.each<[string, string, RegExp]>([
    ['throws', 'throw new TypeError("boom")', /cannot be imported: boom/],
    ['throws nothing sensible', 'throw undefined', /cannot be imported: undefined/],
    ['does not parse', 'export default {', /cannot be imported/],
    ['needs what is not installed', 'import "not-installed-anywhere"', /not-installed-anywhere/],
    ['exports nothing', 'export const a = 1', /no definition as default export/],
    ['exports a function', 'export default () => 1', /no definition as default export/],
    [
      'is of another contract',
      registrySource('mine').replace('contract: 1', 'contract: 7'),
      /contract 7, this core understands 1/,
    ],
    [
      'is of another kind',
      `export default ${definitionSource('mine', 'backend')}`,
      /declared under "registries" but defines a backend/,
    ],
    ['is of another name', registrySource('other'), /definition is named "other"/],
    ['has no factory', registrySource('mine').replace('create:', 'make:'), /no function "create"/],
    ['has no schema', registrySource('mine').replace('options:', 'schema:'), /no zod schema/],
  ])('a module that %s is PLUGIN_INVALID, each time the same', async (_name, source, message) => {
    const descriptor = plugin(source);
    await expect(loadPlugin(descriptor)).rejects.toThrow(coded('PLUGIN_INVALID', message));
    await expect(loadPlugin(descriptor)).rejects.toThrow(coded('PLUGIN_INVALID', message));
  });

  it('keeps the import’s own failure as cause and names the package', async () => {
    const descriptor = plugin('throw new TypeError("boom")');
    const error: unknown = await loadPlugin(descriptor).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      cause: { name: 'TypeError', message: 'boom' },
      details: { packageName: 'mine', name: 'mine' },
    });
  });

  it('leaves kinds that it does not know to the caller', async () => {
    const descriptor = plugin('export default { anything: true }', 'index.mjs', 'steps');
    await expect(loadPlugin(descriptor)).rejects.toThrow(coded('PLUGIN_INVALID', /kind "steps"/));
    expect(await loadPluginModule(descriptor)).toEqual({ anything: true });
  });
});

describe('createRegistry and createBackend', () => {
  const options = z.object({
    dir: z.string().default('./models'),
    nested: z.object({ ttl: z.number() }).optional(),
  });
  const registry = (create: RegistryDefinition<typeof options>['create']) =>
    defineRegistry({ name: 'mine', options, create });
  const made = { contract: 1, name: 'mine', resolve: () => Promise.reject(new Error('none')) } as const;

  it('give the factory parsed options and the context', () => {
    const definition = registry((parsed, given) => {
      expect(parsed).toEqual({ dir: './models' });
      expect(given).toBe(context);
      return made;
    });
    expect(createRegistry(definition, undefined, context)).toBe(made);
  });

  it('name plugin and option', () => {
    const definition = registry(() => made);
    const bad = { dir: 3, nested: { ttl: 'x' } };
    expect(() => createRegistry(definition, bad, context)).toThrow(
      coded('OPTIONS_INVALID', /"mine".*dir: .*nested\.ttl: /),
    );
    expect(() => createRegistry(definition, 'text', context)).toThrow(coded('OPTIONS_INVALID', /options: /));
  });

  it('turn a throwing factory into PLUGIN_INVALID with its cause', () => {
    const definition = registry(() => {
      throw new RangeError('boom');
    });
    expect(() => createRegistry(definition, {}, context)).toThrow(
      expect.objectContaining({
        code: 'PLUGIN_INVALID',
        cause: expect.any(RangeError) as RangeError,
      }) as Error,
    );
  });

  it('refuse what is no registry or backend', () => {
    const nothing = { ...registry(() => made), create: () => Promise.resolve(made) } as unknown;
    expect(() => createRegistry(nothing as RegistryDefinition, {}, context)).toThrow(
      coded('PLUGIN_INVALID', /name/),
    );
    const backend = defineBackend({
      name: 'mine',
      options: z.object({}),
      create: () => ({
        contract: 1,
        name: 'mine',
        formats: [],
        probe: () => Promise.reject(new Error()),
        open: () => Promise.reject(new Error()),
      }),
    });
    expect(createBackend(backend, {}, context).formats).toEqual([]);
    const broken = { ...backend, create: () => ({ name: 'mine' }) } as unknown;
    expect(() => createBackend(broken as typeof backend, {}, context)).toThrow(
      coded('PLUGIN_INVALID', /no backend/),
    );
  });
});
