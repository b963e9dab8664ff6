import { CareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorReport, printError } from './print-error.js';
import { printable } from './printable.js';
import { count, formatBytes, formatDuration } from './quantity.js';
import { formatTable } from './table.js';

function recordingIo(env: Record<string, string> = {}, isTTY = false) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return {
    io: { stdout: stream, stderr: stream, env, cwd: '/', signal: new AbortController().signal },
    written,
  };
}

describe('printable', () => {
  it('lets no control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(`\u001b[2J${text}`)).not.toMatch(/[\p{Cc}\u202e]/u);
      }),
    );
  });
});

describe('quantities', () => {
  it.each([
    [0.4, '0 ms'],
    [999.6, '1.0 s'],
    [59_960, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('speaks of bytes and of one and many', () => {
    expect([512, 3482, 12_582_912].map(formatBytes)).toEqual(['512 B', '3.4 KiB', '12.0 MiB']);
    expect([count(1, 'image'), count(2, 'image')]).toEqual(['1 image', '2 images']);
  });
});

describe('formatTable', () => {
  it('aligns columns, colours taking no room', () => {
    const columns = [{ title: 'class' }, { title: 'n', align: 'right' as const }, { title: '' }];
    const rows = [
      ['\u001b[32mbed\u001b[39m', '7', ''],
      ['wheelchair', '12', 'x'],
    ];
    expect(formatTable(columns, rows)).toBe(
      'class        n\n\u001b[32mbed\u001b[39m          7\nwheelchair  12  x\n',
    );
  });
});

describe('errors', () => {
  const error = new CareError('MODEL_NOT_FOUND', 'No registry has "x".', {
    remedy: 'Try y.',
    cause: new Error('why'),
  });

  it('tells what happened and what to do', () => {
    const { io, written } = recordingIo();
    printError(error, io, {});
    expect(written.join('')).toBe('error MODEL_NOT_FOUND: No registry has "x".\n  remedy: Try y.\n');
  });

  it('shows causes and stack on demand', () => {
    const { io, written } = recordingIo();
    printError(error, io, { verbose: true });
    expect(written.join('')).toMatch(/cause: why\n[^]*at /);
  });

  it('is one JSON line with --json', () => {
    const { io, written } = recordingIo();
    printError(error, io, { json: true });
    expect(written).toHaveLength(1);
    expect(JSON.parse(written.join(''))).toEqual({
      error: { code: 'MODEL_NOT_FOUND', message: 'No registry has "x".', remedy: 'Try y.', causes: ['why'] },
    });
  });

  it('names what is no CareError a defect', () => {
    expect(errorReport(new TypeError('x is not a function'))).toMatchObject({ code: 'INTERNAL' });
    expect(errorReport(new CareError('UNSUPPORTED', 'no'))).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it.each([
    [{}, true, undefined, true],
    [{}, false, undefined, false],
    [{ NO_COLOR: '1' }, true, undefined, false],
    [{ FORCE_COLOR: '1' }, false, undefined, true],
    [{ TERM: 'dumb' }, true, undefined, false],
    [{}, true, false, false],
  ])('colours: env %j, terminal %s, option %s -> %s', (env, isTTY, color, colored) => {
    const { io, written } = recordingIo(env, isTTY);
    printError(error, io, color === undefined ? {} : { color });
    expect(written.join('').includes('\u001b[')).toBe(colored);
  });
});
