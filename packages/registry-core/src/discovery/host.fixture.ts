import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Files by path; objects are written as JSON, `{ link }` is a link to a folder of the same tree. */
export type Tree = Readonly<Record<string, string | object>>;

/** A new folder with these files, removed when the test is over. Returns its real path. */
export function makeTree(tree: Tree): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'care-discovery-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  addToTree(root, tree);
  return root;
}

export function addToTree(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === 'string') writeFileSync(file, content);
    else if ('link' in content) symlinkSync(join(root, String(content.link)), file, 'junction');
    else writeFileSync(file, JSON.stringify(content, null, 2));
  }
}

/** A registry plugin's module in ESM, without any import. */
export function registrySource(name: string): string {
  return `export default ${definitionSource(name)};\n`;
}

export function definitionSource(name: string, kind = 'registry'): string {
  return `{ contract: 1, kind: '${kind}', name: '${name}',
    options: { safeParse: (data) => ({ success: true, data }) },
    create: () => ({ contract: 1, name: '${name}', resolve: async () => { throw new Error('none'); } }) }`;
}

/** The files of an installed package that offers one registry. */
export function pluginPackage(dir: string, name: string, more: object = {}): Tree {
  const packageName = dir.replace(/^.*(?:node_modules|packages|sources)\//, '');
  const field = { contract: 1, registries: { [name]: './index.js' } };
  return {
    [`${dir}/package.json`]: {
      name: packageName,
      version: '1.0.0',
      type: 'module',
      'care-registry': field,
      ...more,
    },
    [`${dir}/index.js`]: registrySource(name),
  };
}

/** The package.json of a host that declares these packages. */
export function hostPackage(dependencies: readonly string[], more: object = {}): object {
  return {
    name: 'host',
    version: '0.0.0',
    dependencies: Object.fromEntries(dependencies.map((one) => [one, '*'])),
    ...more,
  };
}
