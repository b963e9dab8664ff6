import type { JsonValue } from '@care/registry-core';

export interface StoredRecord {
  readonly value: JsonValue;
  readonly writtenAt: Date;
  /** sha256 of the files that the record is about. */
  readonly files: readonly string[];
}

export interface ListedRecord extends StoredRecord {
  readonly namespace: string;
  readonly key: string;
}

/** What registries said, as small JSON documents. Each is written whole or not at all, and holds no secrets. */
export interface RecordStore {
  /** Undefined also when the document cannot be read: it is asked for anew. */
  read(namespace: string, key: string): Promise<StoredRecord | undefined>;
  /** Strings pass through the client's redaction. */
  write(
    namespace: string,
    key: string,
    value: JsonValue,
    about?: { readonly files?: readonly string[] },
  ): Promise<void>;
  remove(namespace: string, key: string): Promise<void>;
  list(namespace?: string): Promise<ListedRecord[]>;
}
