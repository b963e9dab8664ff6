import { describe, expect, it } from 'vitest';
import { processArguments, threadArguments } from './worker-arguments.js';

// The meaning of each flag: https://nodejs.org/docs/latest-v20.x/api/cli.html
const HOST = [
  '--inspect-brk=9229',
  '--max-old-space-size=512',
  '--require',
  './.pnp.cjs',
  '--import=tsx',
  '--conditions',
  '@care/source',
  '-C',
  'development',
  '--input-type=module',
  '-e',
  'run()',
];

describe('arguments of workers', () => {
  it('a child gets the limits and loaders of the host, not its debugger and script', () => {
    expect(processArguments(HOST)).toEqual([
      '--max-old-space-size=512',
      '--require',
      './.pnp.cjs',
      '--import=tsx',
      '-C',
      'development',
    ]);
  });

  it('a thread gets loaders only: other flags are its process’s, and Node refuses them', () => {
    expect(threadArguments(HOST)).toEqual(['--require', './.pnp.cjs', '--import=tsx', '-C', 'development']);
    expect(threadArguments(['--conditions=@care/source', '--expose-gc'])).toEqual([]);
  });
});
