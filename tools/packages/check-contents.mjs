import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../nx.mjs';

const MB = 1_000_000;
/** Unpacked size; whoever needs more says so here. */
const SIZE_LIMIT = {
  default: 1 * MB,
  'registry-demo': 12 * MB,
  // Sources, code, types and source maps of four tasks, preprocessing, masks and evaluation; no data.
  vision: 2.5 * MB,
  // All commands with their sources and maps.
  cli: 1.5 * MB,
};

const REQUIRED = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'];
const FORBIDDEN = [
  [/\.(test|spec|fixture)\./, 'a test or fixture'],
  [/(^|\/)(fixtures|__tests__|test-output|node_modules)\//, 'a test or fixture'],
  [/\.tsbuildinfo$/, 'a build cache'],
  [/(^|\/)(tsconfig[^/]*\.json|vitest\.config\.[a-z]+|eslint\.config\.[a-z]+)$/, 'a development file'],
  [/(^|\/)\.[^/]+$/, 'a hidden file'],
];

/** What is and what is not in the tarball. */
export function checkContents(sourceDir, packedDir) {
  const files = readdirSync(packedDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(packedDir, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const problems = REQUIRED.filter((file) => !files.includes(file)).map((file) => `tarball: no ${file}`);
  for (const file of files) {
    for (const [pattern, what] of FORBIDDEN) {
      if (pattern.test(file)) problems.push(`tarball: ${file} is ${what}`);
    }
    const source = file.match(/^dist\/(.+)\.(?:js|d\.ts)$/)?.[1];
    if (source !== undefined && !existsSync(path.join(sourceDir, 'src', `${source}.ts`))) {
      problems.push(`tarball: ${file} has no source any more; delete dist and build again`);
    }
  }
  const license = path.join(packedDir, 'LICENSE');
  if (existsSync(license) && normalised(license) !== normalised(path.join(root, 'LICENSE'))) {
    problems.push('tarball: LICENSE differs from that of the workspace');
  }
  const size = files.reduce((sum, file) => sum + statSync(path.join(packedDir, file)).size, 0);
  const limit = SIZE_LIMIT[path.basename(sourceDir)] ?? SIZE_LIMIT.default;
  if (size > limit)
    problems.push(`tarball: ${(size / MB).toFixed(1)} MB unpacked, the limit is ${limit / MB} MB`);
  return problems;
}

function normalised(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}
