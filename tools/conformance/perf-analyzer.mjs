/**
 * NVIDIA's `perf_analyzer` from PyPI. Its program wants glibc 2.38; on an older Debian it runs with the libraries of Debian 13, which
 * are unpacked beside it and touch nothing of the system.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cached, findPython, pip, run, Unavailable } from './python-client.mjs';

const VERSION = '2.60.0';
const TAGS = { x64: 'manylinux_2_38_x86_64', arm64: 'manylinux_2_38_aarch64' };
const LOADERS = {
  x64: 'x86_64-linux-gnu/ld-linux-x86-64.so.2',
  arm64: 'aarch64-linux-gnu/ld-linux-aarch64.so.1',
};
const LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libssl3t64', 'zlib1g', 'libzstd1'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The command that starts it, in words. @throws Unavailable */
export function perfAnalyzer() {
  const tag = process.platform === 'linux' ? TAGS[process.arch] : undefined;
  if (tag === undefined)
    throw new Unavailable(`there is no perf_analyzer for ${process.platform} ${process.arch}`);
  const wheel = cached(`perf-analyzer-${VERSION}-${process.arch}`, (folder) =>
    pip(findPython(), [
      ...['--target', folder, '--no-deps', '--only-binary=:all:', '--platform', tag],
      `perf-analyzer==${VERSION}`,
    ]),
  );
  const program = path.join(wheel, 'perf_analyzer/bin/perf_analyzer');
  chmodSync(program, 0o755);
  const starts = (command) => spawnSync(command[0], [...command.slice(1), '--version'], { encoding: 'utf8' });
  const plain = starts([program]);
  if (plain.status === 0) return [program];
  const reason = `perf_analyzer does not start here: ${plain.stderr.trim().split('\n')[0]}`;
  const command = [...debianLoader(reason), program];
  const { status, stderr } = starts(command);
  if (status !== 0)
    throw new Unavailable(`${reason}; with Debian 13's libraries: ${stderr.trim().split('\n')[0]}`);
  return command;
}

/** The dynamic loader of Debian 13 with its libraries. @throws Unavailable */
function debianLoader(reason) {
  try {
    const folder = cached(`debian-13-${process.arch}`, unpackLibraries);
    const loader = path.join(folder, 'root/usr/lib', LOADERS[process.arch]);
    return [loader, '--library-path', path.dirname(loader)];
  } catch (error) {
    if (error instanceof Unavailable) throw new Unavailable(`${reason}; ${error.message}`);
    throw error;
  }
}

function unpackLibraries(folder) {
  const at = (...parts) => path.join(folder, ...parts);
  mkdirSync(at('lists/partial'), { recursive: true });
  mkdirSync(at('cache/archives/partial'), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(at('sources.list'), `deb [signed-by=${KEYRING}] http://deb.debian.org/debian trixie main\n`);
  const options = {
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at('cache'),
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  run('apt-get', [...flags, '--error-on=any', 'update']);
  run('apt-get', [...flags, '-o', 'APT::Sandbox::User=', 'download', ...LIBRARIES], { cwd: folder });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['--extract', at(file), at('root')]);
    rmSync(at(file));
  }
  for (const left of ['lists', 'cache']) rmSync(at(left), { recursive: true });
}
