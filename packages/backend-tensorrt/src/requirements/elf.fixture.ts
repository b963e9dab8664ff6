/** A 64-bit shared object that only says which libraries it needs (System V ABI: ELF header, two segments, dynamic section, strings). */
export function sharedObject(needed: readonly string[]): Uint8Array {
  const strings = Buffer.from(`\0${needed.map((name) => `${name}\0`).join('')}`);
  const dynamicAt = 64 + 2 * 56;
  const stringsAt = dynamicAt + (needed.length + 2) * 16;
  const file = Buffer.alloc(stringsAt + strings.length);
  // As linkers do, addresses differ from places in the file.
  const address = (at: number) => BigInt(at + 0x10000);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  const segment = (index: number, type: number, at: number, size: number) => {
    const head = 64 + index * 56;
    file.writeUInt32LE(type, head);
    file.writeBigUInt64LE(BigInt(at), head + 8);
    file.writeBigUInt64LE(address(at), head + 16);
    file.writeBigUInt64LE(BigInt(size), head + 32);
  };
  segment(0, 1, 0, file.length);
  segment(1, 2, dynamicAt, (needed.length + 2) * 16);
  let offset = 1;
  const entries: [bigint, bigint][] = needed.map((name) => {
    const entry: [bigint, bigint] = [1n, BigInt(offset)];
    offset += Buffer.byteLength(name) + 1;
    return entry;
  });
  entries.push([5n, address(stringsAt)], [0n, 0n]);
  for (const [index, [tag, value]] of entries.entries()) {
    file.writeBigUInt64LE(tag, dynamicAt + index * 16);
    file.writeBigUInt64LE(value, dynamicAt + index * 16 + 8);
  }
  file.set(strings, stringsAt);
  return file;
}
