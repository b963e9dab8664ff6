import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addToTree, definitionSource, hostPackage, pluginPackage, registrySource } from './host.fixture.js';

// The real package managers install packages that lie beside the host, offline; a fresh process then uses the built core.
const execute = promisify(execFile);
const CORE = new URL('../../dist/index.js', import.meta.url);
const require = createRequire(import.meta.url);
const PNPM = join(packageDir('pnpm'), 'bin', 'pnpm.cjs');
const YARN = join(packageDir('@yarnpkg/cli-dist'), 'bin', 'yarn.js');

const SCRIPT = `
import { discoverPlugins, loadPlugin } from ${JSON.stringify(CORE.href)};
const { plugins, problems } = discoverPlugins({ roots: [process.argv[2]], scope: process.argv[3] });
const loaded = await Promise.all(plugins.map(async (plugin) => (await loadPlugin(plugin)).name));
console.log(JSON.stringify({ plugins, problems, loaded }));
`;

interface Found {
  readonly plugins: readonly {
    readonly name: string;
    readonly packageName: string;
    readonly packageDir: string;
  }[];
  readonly problems: readonly unknown[];
  readonly loaded: readonly string[];
}

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'care-managers-')));
  const peer = `import { number } from 'pm-peer';\nif (number !== 42) throw new Error('wrong peer');\n`;
  addToTree(base, {
    'script.mjs': SCRIPT,
    ...pluginPackage('sources/pm-alpha', 'alpha', { peerDependencies: { 'pm-peer': '*' } }),
    'sources/pm-alpha/index.js': peer + registrySource('alpha'),
    'sources/pm-peer/package.json': {
      name: 'pm-peer',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
    },
    'sources/pm-peer/index.js': 'export const number = 42;\n',
    'sources/@acme/registry-beta/package.json': {
      name: '@acme/registry-beta',
      version: '2.0.0',
      'care-registry': './lib/beta.cjs',
    },
    'sources/@acme/registry-beta/lib/beta.cjs': `module.exports = ${definitionSource('beta')};\n`,
    ...pluginPackage('sources/pm-deep', 'deep'),
    ...pluginPackage('sources/pm-stray', 'stray'),
  });
  const packages = ['pm-alpha', 'pm-peer', '@acme/registry-beta', 'pm-stray'];
  const folders = packages.map((name) => `./sources/${name}`);
  await run('npm', ['pack', ...folders, '--ignore-scripts'], base, process.platform === 'win32');
}, 60_000);
afterAll(() => rm(base, { recursive: true, force: true, maxRetries: 3 }));

const tarball = (name: string, version = '1.0.0') =>
  `file:${join(base, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)}`;
const declared = () => ({
  'pm-alpha': tarball('pm-alpha'),
  'pm-peer': tarball('pm-peer'),
  '@acme/registry-beta': tarball('@acme/registry-beta', '2.0.0'),
});
const both = [
  ['alpha', 'pm-alpha'],
  ['beta', '@acme/registry-beta'],
];
const offered = (found: Found) => found.plugins.map((one) => [one.name, one.packageName]);

describe('npm', () => {
  it('packages from archives and links, and workspaces: only what is declared', async () => {
    const host = join(base, 'npm-host');
    addToTree(host, {
      'package.json': {
        ...hostPackage([], { private: true, workspaces: ['packages/*'] }),
        dependencies: {
          ...declared(),
          'pm-deep': `file:${join(base, 'sources', 'pm-deep')}`,
          'pm-member': '*',
        },
      },
      ...pluginPackage('packages/member', 'member', { name: 'pm-member' }),
      ...pluginPackage('packages/undeclared', 'undeclared', { name: 'pm-undeclared' }),
    });
    const args = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', args, host, process.platform === 'win32');
    const found = await discover([], host);
    expect(found.problems).toEqual([]);
    expect(offered(found)).toEqual([both[0], both[1], ['deep', 'pm-deep'], ['member', 'pm-member']]);
    expect(found.loaded).toEqual(['alpha', 'beta', 'deep', 'member']);
    expect(found.plugins[3]?.packageDir).toBe(join(host, 'packages', 'member'));
    expect(await readdir(join(host, 'node_modules'))).toContain('pm-undeclared');
  });
});

describe('pnpm', () => {
  it('isolated layout: links into its store, transitive packages visible from there alone', async () => {
    const host = join(base, 'pnpm-host');
    const middle = {
      name: 'pm-middle',
      version: '1.0.0',
      dependencies: { 'pm-deep': `file:${join(base, 'sources', 'pm-deep')}` },
    };
    addToTree(base, { 'sources/pm-middle/package.json': middle });
    addToTree(host, {
      'package.json': {
        ...hostPackage([]),
        dependencies: { ...declared(), 'pm-middle': `file:${join(base, 'sources', 'pm-middle')}` },
      },
      'pnpm-workspace.yaml': 'packages: []\n',
      '.npmrc': `store-dir=${join(base, 'pnpm-store')}\ncache-dir=${join(base, 'pnpm-cache')}\nmanage-package-manager-versions=false\n`,
    });
    await run(process.execPath, [PNPM, 'install', '--offline', '--ignore-scripts'], host);
    const found = await discover([], host);
    expect(found.problems).toEqual([]);
    expect(offered(found)).toEqual(both);
    expect(found.loaded).toEqual(['alpha', 'beta']);
    for (const one of found.plugins) expect(one.packageDir).toContain(`${sep}.pnpm${sep}`);
    expect(existsSync(join(host, 'node_modules', 'pm-deep'))).toBe(false);
    expect(offered(await discover([], host, 'all'))).toEqual([...both, ['deep', 'pm-deep']]);
  });
});

describe('Yarn Plug and Play', () => {
  it('packages inside archives, no node_modules', async () => {
    const host = join(base, 'yarn-host');
    addToTree(host, {
      'package.json': { ...hostPackage([], { type: 'module' }), dependencies: { ...declared() } },
      'yarn.lock': '',
      '.yarnrc.yml': [
        'nodeLinker: pnp',
        'enableTelemetry: false',
        'enableGlobalCache: false',
        'enableNetwork: false',
        'enableScripts: false',
        'pnpEnableEsmLoader: true',
        `globalFolder: ${JSON.stringify(join(base, 'yarn-global'))}`,
        '',
      ].join('\n'),
    });
    await run(process.execPath, [YARN, 'install'], host);
    expect(existsSync(join(host, 'node_modules'))).toBe(false);
    const loader = pathToFileURL(join(host, '.pnp.loader.mjs')).href;
    const found = await discover(
      ['-r', './.pnp.cjs', '--experimental-loader', loader, '--no-warnings'],
      host,
    );
    expect(found.problems).toEqual([]);
    expect(offered(found)).toEqual(both);
    expect(found.loaded).toEqual(['alpha', 'beta']);
    for (const one of found.plugins) expect(one.packageDir).toMatch(/\.zip/);
    const without = await discover([], host);
    expect(without).toMatchObject({ plugins: [], problems: [{ code: 'PLUGIN_NOT_FOUND' }] });
  });
});

async function discover(nodeArgs: readonly string[], host: string, scope = 'declared'): Promise<Found> {
  const { stdout } = await run(process.execPath, [...nodeArgs, join(base, 'script.mjs'), host, scope], host);
  return JSON.parse(stdout) as Found;
}

/** Without what npm sets for the scripts that it runs: it would reach the package managers under test. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  shell = false,
): Promise<{ stdout: string }> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|NODE_OPTIONS|INIT_CWD|YARN_|CI$)/i.test(name),
  );
  return execute(command, [...args], { cwd, shell, env: Object.fromEntries(inherited) });
}

/** Folder of an installed package, also when it exports no package.json. */
function packageDir(name: string): string {
  const dirs = require.resolve.paths(name) ?? [];
  const found = dirs.map((dir) => join(dir, name)).find((dir) => existsSync(dir));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}
