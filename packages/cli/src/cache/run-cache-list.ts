import type { ListedArtifact } from '@care/artifact-store';
import type { CliIo } from '../cli-io.js';
import type { CommonOptions } from '../options/common-options.js';
import { printable } from '../output/printable.js';
import { count, formatBytes, formatDuration } from '../output/quantity.js';
import { formatTable } from '../output/table.js';
import { cachesElsewhere, elsewhereText, openCache } from './open-cache.js';

/** Lists the files of the cache, the last used first. */
export async function runCacheList(options: CommonOptions, io: CliIo): Promise<void> {
  await using cache = openCache(options, io);
  const { directory } = cache.store;
  const listed = await cache.store.list();
  const files = listed.toSorted((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const elsewhere = cachesElsewhere(io);
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ directory, bytes, files: files.map(fileJson), elsewhere })}\n`);
    return;
  }
  if (files.length > 0) {
    const columns = [
      { title: 'sha256' },
      { title: 'size', align: 'right' as const },
      { title: 'last used' },
      { title: 'belongs to' },
    ];
    io.stdout.write(`${formatTable(columns, files.map(fileRow))}\n`);
  }
  const total = `${count(files.length, 'file')}, ${formatBytes(bytes)} in ${directory}`;
  io.stdout.write(`${printable(total)}\n${elsewhere.map(elsewhereText).map(printableLine).join('')}`);
}

const printableLine = (line: string): string => `${printable(line.trimEnd())}\n`;

function fileJson({ sha256, size, path, lastUsed, leased, records }: ListedArtifact): object {
  return { sha256, size, path, last_used: lastUsed.toISOString(), in_use: leased, belongs_to: records };
}

function fileRow({ sha256, size, lastUsed, leased, records }: ListedArtifact): string[] {
  const owners = records.map(({ namespace, key }) => `${key} (${namespace})`);
  const use = leased ? 'in use' : `${formatDuration(Math.max(0, Date.now() - lastUsed.getTime()))} ago`;
  return [
    sha256.slice(0, 12),
    formatBytes(size),
    use,
    printable(owners.length === 0 ? 'nothing that is known' : owners.join(', ')),
  ];
}
