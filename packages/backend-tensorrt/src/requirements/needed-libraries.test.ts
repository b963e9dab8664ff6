import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedObject } from './elf.fixture.js';
import { thisMachine } from './machine.js';
import { neededLibraries } from './needed-libraries.js';

const { bindingFolder, platform } = thisMachine({});

describe('neededLibraries', () => {
  it.skipIf(platform !== 'linux-x64')('reads real libraries', () => {
    // Expected: `readelf -d` of binutils 2.40 on the files of onnxruntime-node 1.30.
    expect(neededLibraries(readFileSync(join(bindingFolder, 'onnxruntime_binding.node')))).toContain(
      'libonnxruntime.so.1',
    );
    expect(neededLibraries(readFileSync(join(bindingFolder, 'libonnxruntime.so.1')))).toEqual(
      expect.arrayContaining(['libdl.so.2', 'libm.so.6', 'libc.so.6']),
    );
  });

  it('gives the names of any shared object', () => {
    const name = fc.stringMatching(/^lib[a-z_]{1,20}\.so\.\d{1,2}$/);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        expect(neededLibraries(sharedObject(names))).toEqual(names);
      }),
    );
  });

  it('gives nothing, and does not fail, for what is damaged or something else', () => {
    const whole = sharedObject(['libnvinfer.so.10', 'libcudart.so.12']);
    const damaged = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(damaged, (bytes) => void neededLibraries(bytes)),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void neededLibraries(bytes)));
    for (let length = 0; length < 64; length++)
      expect(neededLibraries(whole.subarray(0, length))).toEqual([]);
  });
});
