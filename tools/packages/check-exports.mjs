import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** That every export of the packed package can be imported and required, and gives the same names either way. */
export function checkExports(manifest, packedDir, hostDir) {
  return specifiers(manifest).flatMap((specifier) => {
    const script = path.join(hostDir, 'import-and-require.mjs');
    writeFileSync(script, HOST_SCRIPT);
    const { status, stderr } = spawnSync(process.execPath, [script, specifier, packedDir], {
      cwd: hostDir,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return status === 0
      ? []
      : [`exports: ${specifier}: ${stderr.trim().split('\n').slice(-12).join('\n         ')}`];
  });
}

function specifiers({ name, exports }) {
  const keys = typeof exports === 'string' || '.' in exports === false ? ['.'] : Object.keys(exports);
  return keys.filter((key) => !key.includes('*')).map((key) => name + key.slice(1));
}

/** A suite that registers tests can only be imported by a test runner: that the file is found must do. */
const HOST_SCRIPT = `
import { createRequire } from 'node:module';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';

const [specifier, packedDir] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const file = fileURLToPath(import.meta.resolve(specifier));
assert.ok(existsSync(file), file + ' does not exist');
assert.ok(realpathSync(file).startsWith(realpathSync(packedDir)), file + ' is not in the tarball');
assert.equal(realpathSync(require.resolve(specifier)), realpathSync(file));
if (file.endsWith('.json')) {
  JSON.parse(JSON.stringify(require(specifier)));
} else {
  const imported = await import(specifier).catch((error) => {
    if (String(error.stack).includes('vitest')) process.exit(0);
    throw error;
  });
  assert.deepEqual(Object.keys(require(specifier)).filter((key) => key !== '__esModule').sort(), Object.keys(imported).filter((key) => key !== '__esModule').sort());
}
process.exit(0);
`;
