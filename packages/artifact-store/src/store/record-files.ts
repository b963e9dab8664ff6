import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@care/registry-core';
import { removeFile, writeAtomically } from '../files/durable-file.js';
import { namesIn } from '../files/names-in.js';
import { storageFailure } from '../files/storage-failure.js';
import type { ListedRecord, RecordStore } from './record-store.js';
import { isSha256, requireSha256 } from './store-layout.js';

const FORMAT = 1;

/** Records as files `<directory>/<namespace>/<key>-<hash>.json`: the names are for people, the hash tells them apart. */
export function recordFiles(directory: string, redact: (text: string) => string): RecordStore {
  const path = (namespace: string, key: string) =>
    join(directory, fileName(redact(namespace)), `${fileName(redact(key))}.json`);

  return {
    async read(namespace, key) {
      const record = await readRecord(path(namespace, key));
      return record?.namespace === redact(namespace) && record.key === redact(key) ? record : undefined;
    },
    async write(namespace, key, value, { files = [] } = {}) {
      const document = {
        format: FORMAT,
        namespace,
        key,
        writtenAt: new Date().toISOString(),
        files: files.map(requireSha256),
        value,
      };
      const file = path(namespace, key);
      try {
        await writeAtomically(file, `${JSON.stringify(redacted(document, redact), null, 1)}\n`);
      } catch (error) {
        throw storageFailure(error, file);
      }
    },
    remove: (namespace, key) => removeFile(path(namespace, key)),
    async list(namespace) {
      const folders = namespace === undefined ? await namesIn(directory) : [fileName(redact(namespace))];
      const files = await Promise.all(
        folders.map(async (folder) =>
          (await namesIn(join(directory, folder)))
            .filter((name) => name.endsWith('.json'))
            .map((name) => join(directory, folder, name)),
        ),
      );
      const records = await Promise.all(files.flat().map(readRecord));
      return records.filter((record) => record !== undefined);
    },
  };
}

async function readRecord(path: string): Promise<ListedRecord | undefined> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // Absent or damaged: the registry is asked anew and writes it again.
    return undefined;
  }
  if (!isJsonObject(document) || document.format !== FORMAT) return undefined;
  const { namespace, key, writtenAt, files, value } = document;
  if (typeof namespace !== 'string' || typeof key !== 'string' || typeof writtenAt !== 'string')
    return undefined;
  const date = new Date(writtenAt);
  if (Number.isNaN(date.getTime()) || value === undefined) return undefined;
  const named = Array.isArray(files)
    ? files.filter((file) => typeof file === 'string' && isSha256(file))
    : [];
  return { namespace, key, writtenAt: date, files: named, value };
}

/** What JSON.parse gives for an object. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function redacted(value: JsonValue, redact: (text: string) => string): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) return value.map((item) => redacted(item, redact));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redact(name), redacted(item, redact)]),
  );
}

function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Letters, digits and little more, short, and never the same for two texts. */
function fileName(text: string): string {
  const readable = text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return `${readable}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
