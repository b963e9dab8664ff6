import { createHash } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactFile, ModelVariant } from '@care/registry-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { readArtifacts } from './read-artifacts.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'care-artifacts-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const limits = { maxModelBytes: 1000 };

async function artifact(
  name: string,
  bytes: Uint8Array,
  more: Partial<ArtifactFile> = {},
): Promise<ArtifactFile> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { name, role: 'model', path, ...more };
}

function variant(...artifacts: ArtifactFile[]): ModelVariant {
  return { id: 'v', format: 'onnx', precision: 'fp32', artifacts };
}

describe('readArtifacts', () => {
  it('gives exactly the bytes of the files, whatever they are, with their hashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        async (a, b) => {
          const model = await artifact('model.onnx', a, { size: a.length, sha256: sha256(a).toUpperCase() });
          const data = await artifact('weights.bin', b, { role: 'external-data', sha256: sha256(b) });
          const notes = await artifact('notes.txt', b, { role: 'other', path: join(folder, 'absent') });
          const read = await readArtifacts(variant(data, model, notes), limits);
          expect(new Uint8Array(read.model.model.bytes)).toEqual(a);
          expect(read.model.externalData.map(({ name }) => name)).toEqual(['weights.bin']);
          expect(read.sha256).toBe(sha256(a));
          expect(read.artifactSha256).toEqual({ 'model.onnx': sha256(a), 'weights.bin': sha256(b) });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('hashes as FIPS 180-2 says for "abc"', async () => {
    const read = await readArtifacts(variant(await artifact('abc', Buffer.from('abc'))), limits);
    expect(read.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('counts all files against the limit', async () => {
    const model = await artifact('model.onnx', new Uint8Array(600));
    const data = await artifact('weights.bin', new Uint8Array(600), { role: 'external-data' });
    await expect(readArtifacts(variant(model, data), limits)).rejects.toThrow(
      coded('ARTIFACT_CORRUPT', /leaves 400/),
    );
  });

  it('refuses another content than an earlier worker read', async () => {
    const model = await artifact('model.onnx', new Uint8Array([1]));
    const pinnedSha256 = { 'model.onnx': sha256(new Uint8Array([2])) };
    await expect(readArtifacts(variant(model), { ...limits, pinnedSha256 })).rejects.toThrow(
      coded('ARTIFACT_CORRUPT', /has changed/),
    );
  });

  it('needs one model file, and it here', async () => {
    const model = await artifact('model.onnx', new Uint8Array([1]));
    await expect(readArtifacts(variant(model, model), limits)).rejects.toThrow(
      coded('MODEL_INCOMPATIBLE', /2 artifacts/),
    );
    await expect(readArtifacts(variant(), limits)).rejects.toThrow(
      coded('MODEL_INCOMPATIBLE', /0 artifacts/),
    );
    const away = { name: 'm', role: 'model' } as const;
    await expect(readArtifacts(variant(away), limits)).rejects.toThrow(
      coded('ARTIFACT_MISSING', /not on this machine/),
    );
  });

  it.skipIf(process.platform === 'win32')('refuses devices and pipes, also through links', async () => {
    const path = join(folder, 'link.onnx');
    await symlink('/dev/zero', path);
    await expect(readArtifacts(variant({ name: 'm', role: 'model', path }), limits)).rejects.toThrow(
      coded('ARTIFACT_CORRUPT', /no regular file/),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
