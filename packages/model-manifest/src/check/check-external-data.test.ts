import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { canLink, temporaryDirectory } from '../temporary-directory.fixture.js';
import { findExternalFiles } from './check-external-data.js';
import { sha256OfFile, verifyFileHash } from './file-hash.js';

const tensor = (location: string, offset = 0, length = 8) => ({ tensor: 'w', location, offset, length });

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isCareError(error) ? error.code : String(error);
  }
}

describe('findExternalFiles', () => {
  it('finds each file once, with its size', async () => {
    const dir = await temporaryDirectory();
    await mkdir(join(dir, 'weights'));
    await writeFile(join(dir, 'a.bin'), new Uint8Array(24));
    await writeFile(join(dir, 'weights', 'b.bin'), new Uint8Array(8));
    const tensors = [tensor('a.bin'), tensor('a.bin', 16), tensor('weights/b.bin')];
    expect(await findExternalFiles(join(dir, 'm.onnx'), tensors, dir)).toEqual([
      { location: 'a.bin', path: join(dir, 'a.bin'), size: 24 },
      { location: 'weights/b.bin', path: join(dir, 'weights', 'b.bin'), size: 8 },
    ]);
  });

  it('tells absent and short files', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'a.bin'), new Uint8Array(23));
    const model = join(dir, 'm.onnx');
    expect(await codeOf(findExternalFiles(model, [tensor('b.bin')], dir))).toBe('ARTIFACT_MISSING');
    expect(await codeOf(findExternalFiles(model, [tensor('a.bin', 16), tensor('a.bin')], dir))).toBe(
      'ARTIFACT_CORRUPT',
    );
  });

  // One class of CVE-2022-25882, CVE-2024-27318, CVE-2026-27489 and others: external data outside the model's directory.
  it.each([
    '../a.bin',
    'x/../../a.bin',
    '/etc/hostname',
    'C:\\a.bin',
    'c:a.bin',
    '\\\\host\\a.bin',
    '..\\a.bin',
    'a\0.bin',
  ])('refuses %j on every platform, with and without a root', async (location) => {
    const dir = await temporaryDirectory();
    const model = join(dir, 'm.onnx');
    expect(await codeOf(findExternalFiles(model, [tensor(location)], dir))).toBe('PATH_FORBIDDEN');
    expect(await codeOf(findExternalFiles(model, [tensor(location)], undefined))).toBe('PATH_FORBIDDEN');
  });

  it('refuses a link that leads out', async ({ skip }) => {
    const dir = await temporaryDirectory();
    if (!(await canLink(dir))) skip('symbolic links are not permitted here');
    await mkdir(join(dir, 'in'));
    await writeFile(join(dir, 'secret.bin'), new Uint8Array(8));
    await symlink(join(dir, 'secret.bin'), join(dir, 'in', 'a.bin'));
    const model = join(dir, 'in', 'm.onnx');
    expect(await codeOf(findExternalFiles(model, [tensor('a.bin')], join(dir, 'in')))).toBe('PATH_FORBIDDEN');
    expect(await codeOf(findExternalFiles(model, [tensor('a.bin')], undefined))).toBe('none');
  });
});

describe('file hashes', () => {
  it('hashes in SHA-256', async () => {
    const dir = await temporaryDirectory();
    const file = join(dir, 'abc');
    await writeFile(file, 'abc');
    // FIPS 180-2, appendix B.1.
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await sha256OfFile(file)).toBe(hash);
    expect(await codeOf(verifyFileHash(file, hash.toUpperCase()))).toBe('none');
    expect(await codeOf(verifyFileHash(file, hash.replace('b', 'c')))).toBe('ARTIFACT_CORRUPT');
    expect(await codeOf(sha256OfFile(join(dir, 'absent')))).toBe('ARTIFACT_MISSING');
    expect(await codeOf(sha256OfFile(file, AbortSignal.abort()))).toBe('ABORTED');
  });
});
