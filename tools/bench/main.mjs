/**
 * `npm run bench -- NAME [--json] [--key value ...]`: runs tools/bench/NAME.mjs, whose default export is
 * `{ name, description, run(options) -> figures, print?(figures) }`. With `--json` standard output is one object
 * `{ name, machine, figures }` and nothing else. Other flags reach `run` as options: `--rounds 5` is `{ rounds: 5 }`.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildQuietly } from '../nx.mjs';
import { describeMachine } from './machine.mjs';
import { printFigures, printMachine } from './figures-table.mjs';

const dir = import.meta.dirname;
const NOT_BENCHMARKS = new Set(['main.mjs', 'machine.mjs', 'figures-table.mjs']);

const { name, options } = parseArguments(process.argv.slice(2));
const { json = false, ...runOptions } = options;
if (name === undefined) await listBenchmarks();
else if (!existsSync(benchmarkFile(name))) await refuse(`There is no benchmark named ${name}.`);
else await runBenchmark(name);

async function runBenchmark(benchmark) {
  // What a benchmark prints on the way must not get into the object that `--json` promises.
  if (json) console.log = console.info = console.error;
  buildQuietly();
  const { description, run, print = printFigures } = await load(benchmark);
  if (!json) console.log(`${benchmark}: ${description}\n`);
  const figures = await run(runOptions);
  const machine = describeMachine();
  if (json) process.stdout.write(`${JSON.stringify({ name: benchmark, machine, figures })}\n`);
  else {
    print(figures);
    printMachine(machine);
  }
}

async function listBenchmarks() {
  console.log('Benchmarks (npm run bench -- NAME [--json]):\n');
  const names = readdirSync(dir)
    .filter((file) => file.endsWith('.mjs') && !NOT_BENCHMARKS.has(file) && !file.endsWith('.test.mjs'))
    .map((file) => path.basename(file, '.mjs'));
  for (const benchmark of names.toSorted()) {
    const { description } = await load(benchmark);
    console.log(`  ${benchmark.padEnd(16)} ${description}`);
  }
}

async function refuse(problem) {
  console.error(`${problem}\n`);
  console.log = console.error;
  await listBenchmarks();
  process.exitCode = 2;
}

async function load(benchmark) {
  const { default: loaded } = await import(pathToFileURL(benchmarkFile(benchmark)).href);
  if (typeof loaded?.run !== 'function' || loaded.name !== benchmark) {
    throw new Error(
      `tools/bench/${benchmark}.mjs does not export { name: '${benchmark}', description, run } by default.`,
    );
  }
  return loaded;
}

function benchmarkFile(benchmark) {
  return path.join(dir, `${path.basename(benchmark)}.mjs`);
}

/** `NAME --flag --key value --key=value`; numbers become numbers. */
function parseArguments(args) {
  const parsed = { name: undefined, options: {} };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (!arg.startsWith('--')) {
      parsed.name ??= arg;
      continue;
    }
    const [key, inline] = arg.slice(2).split('=', 2);
    const next = args[index + 1];
    const takesNext = inline === undefined && key !== 'json' && next !== undefined && !next.startsWith('--');
    if (takesNext) index += 1;
    parsed.options[camelCase(key)] = toValue(inline ?? (takesNext ? next : undefined));
  }
  return parsed;
}

function camelCase(key) {
  return key.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase());
}

function toValue(text) {
  if (text === undefined || text === 'true') return true;
  if (text === 'false') return false;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
