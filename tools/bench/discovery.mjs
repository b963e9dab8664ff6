// How long plugin discovery takes in a host with 1,000 installed packages, 10 of which are plugins.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGES = 1000;
const PLUGINS = 10;
const PROCESSES = 11;
const CORE = new URL('../../packages/registry-core/dist/index.js', import.meta.url).href;

const execute = promisify(execFile);

/** Runs in a fresh process: only `discoverPlugins` is timed, not Node's start and not the import of the core. */
const MEASURE = `
const [core, root] = process.argv.slice(1);
const { discoverPlugins } = await import(core);
const timed = () => {
  const started = performance.now();
  const { plugins, problems } = discoverPlugins({ roots: [root] });
  return { ms: performance.now() - started, plugins: plugins.length, problems: problems.length };
};
const cold = timed();
const warm = [timed(), timed(), timed(), timed(), timed()];
console.log(JSON.stringify({ cold, warm }));
`;

/** A package.json of the size and shape that is common on the npm registry (about 2 KB). */
function packageJson(name, index) {
  const range = Array.from({ length: 12 }, (_, i) => i);
  return {
    name,
    version: `${index % 9}.${index % 31}.${index % 7}`,
    description: 'A package that does one thing and describes it in a sentence of the usual length',
    license: 'MIT',
    author: 'An Author <author@example.com>',
    repository: { type: 'git', url: `git+https://example.com/owner/${name}.git` },
    bugs: { url: `https://example.com/owner/${name}/issues` },
    homepage: `https://example.com/owner/${name}#readme`,
    keywords: range.map((i) => `keyword-${i}`),
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', import: './dist/index.js', require: './dist/index.cjs' } },
    files: ['dist', 'src', 'README.md'],
    scripts: Object.fromEntries(
      range.map((i) => [`script-${i}`, `tool run task-${i} --with some --options`]),
    ),
    dependencies: Object.fromEntries(range.map((i) => [`dependency-${i}`, `^${i}.1.0`])),
    devDependencies: Object.fromEntries(range.map((i) => [`development-dependency-${i}`, `^${i}.2.0`])),
    engines: { node: '>=18' },
  };
}

async function makeHost(root) {
  const names = Array.from({ length: PACKAGES }, (_, i) =>
    i % 5 === 0 ? `@scope-${i % 40}/package-${i}` : `package-${i}`,
  );
  for (const [index, name] of names.entries()) {
    const dir = join(root, 'node_modules', name);
    await mkdir(dir, { recursive: true });
    const json = packageJson(name, index);
    if (index % (PACKAGES / PLUGINS) === 0) {
      json['care-registry'] = { contract: 1, registries: { [`plugin-${index}`]: './entry.js' } };
      await writeFile(join(dir, 'entry.js'), 'export default {};\n');
    }
    await writeFile(join(dir, 'package.json'), JSON.stringify(json, null, 2));
  }
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'host', version: '1.0.0', dependencies }),
  );
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function measure(root) {
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', MEASURE, CORE, root]);
  const { cold, warm } = JSON.parse(stdout);
  if ([cold, ...warm].some((one) => one.plugins !== PLUGINS || one.problems !== 0)) {
    throw new Error(`Discovery found something else than ${PLUGINS} plugins: ${stdout}`);
  }
  return { cold: cold.ms, warm: median(warm.map((one) => one.ms)) };
}

/**
 * @returns {Promise<{ packages: number, cold_ms: number, warm_ms: number }>} medians in milliseconds. Cold is the first
 * call in a fresh process (the files are in the system's page cache), warm a later call in the same process.
 */
export async function run() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'care-bench-discovery-')));
  try {
    await makeHost(root);
    // Files younger than 2 s are never answered from memory (their times are too coarse), which no real host meets.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const samples = [];
    for (let i = 0; i < PROCESSES; i++) samples.push(await measure(root));
    const rounded = (values) => Math.round(median(values) * 100) / 100;
    return {
      packages: PACKAGES,
      cold_ms: rounded(samples.map((one) => one.cold)),
      warm_ms: rounded(samples.map((one) => one.warm)),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export default {
  name: 'discovery',
  description: `plugin discovery in a host with ${PACKAGES} installed packages: first call in a process, and a later one`,
  run,
};
