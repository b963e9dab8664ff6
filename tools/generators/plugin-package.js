const path = require('node:path');
const {
  formatFiles,
  generateFiles,
  installPackagesTask,
  names,
  readJson,
  updateJson,
} = require('@nx/devkit');

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Writes the package of a registry or backend plugin and makes the workspace know it. */
async function generatePlugin(tree, kind, options) {
  const name = options.name.replace(new RegExp(`^${kind}-`), '');
  if (!NAME.test(name)) {
    throw new Error(
      `"${options.name}" is no plugin name: lower-case letters, digits and single hyphens, a letter first.`,
    );
  }
  const packageName = `@care/${kind}-${name}`;
  const directory = toPosix(options.directory ?? `packages/${kind}-${name}`).replace(/\/+$/, '');
  if (directory.startsWith('..') || path.posix.isAbsolute(directory)) {
    throw new Error(`${directory} lies outside the workspace.`);
  }
  if (tree.exists(`${directory}/package.json`))
    throw new Error(`There is a package in ${directory} already.`);

  const root = path.posix.relative(directory, '.');
  const variables = {
    ...names(name),
    name,
    kind,
    packageName,
    root,
    core: path.posix.relative(directory, 'packages/registry-core'),
    testkit: path.posix.relative(directory, 'packages/plugin-testkit'),
    versions: versionsOf(tree),
  };
  generateFiles(tree, path.join(__dirname, 'package-files'), directory, variables);
  generateFiles(tree, path.join(__dirname, `${kind}-plugin`, 'files'), directory, variables);
  tree.write(`${directory}/LICENSE`, tree.read('LICENSE'));
  addToWorkspace(tree, packageName, directory);
  await formatFiles(tree);
  return () => {
    if (!options.skipInstall) installPackagesTask(tree, true);
    console.log(nextSteps({ kind, name, packageName, directory, skipInstall: options.skipInstall }));
  };
}

/** The ranges that the packages of this workspace use, so that a new package adds no second copy of anything. */
function versionsOf(tree) {
  const core = readJson(tree, 'packages/registry-core/package.json');
  const testkit = readJson(tree, 'packages/plugin-testkit/package.json');
  return {
    core: `^${core.version}`,
    testkit: `^${testkit.version}`,
    zod: core.dependencies.zod,
    onnxruntime: testkit.devDependencies['onnxruntime-node'],
  };
}

/** Type checking follows the references; discovery finds what the host, here the workspace, declares. */
function addToWorkspace(tree, packageName, directory) {
  updateJson(tree, 'tsconfig.json', (config) => {
    config.references.push({ path: `./${directory}` });
    return config;
  });
  updateJson(tree, 'package.json', (manifest) => {
    if (path.posix.dirname(directory) !== 'packages') manifest.workspaces.push(directory);
    const dependencies = { ...manifest.devDependencies, [packageName]: '*' };
    manifest.devDependencies = Object.fromEntries(
      Object.entries(dependencies).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    return manifest;
  });
}

function nextSteps({ kind, name, packageName, directory, skipInstall }) {
  const replace =
    kind === 'registry'
      ? `src/${name}-registry.ts: ask your source in \`resolve\` and \`list\`; src/options.ts: what it needs to know`
      : `src/engine.ts: call your engine there; src/options.ts: what it needs to know`;
  return [
    '',
    `${packageName} is in ${directory}. Next:`,
    ...(skipInstall ? ['  npm install                 links the package'] : []),
    `  npx nx test ${packageName}   it passes the contract suite as it is`,
    `  npm run care -- plugins     it is found`,
    `  then ${replace}`,
    `  npx changeset               says what is new, for the changelog`,
    '',
  ].join('\n');
}

function toPosix(directory) {
  return path.posix.normalize(directory.replaceAll('\\', '/'));
}

module.exports = { generatePlugin };
