/** Constants of the ELF specification (System V ABI, chapter 5; 64 bit, little-endian). */
const MAGIC = 0x464c457f;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;
const MAX_ENTRIES = 4096;

/**
 * Names of the libraries that a shared object asks the loader for, e.g. `libnvinfer.so.10`: what it needs is written in it, for
 * whatever version of CUDA and TensorRT it was built. Empty for what is no 64-bit ELF file, or a damaged one.
 */
export function neededLibraries(file: Uint8Array): readonly string[] {
  try {
    return readNeeded(new DataView(file.buffer, file.byteOffset, file.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

function readNeeded(view: DataView): readonly string[] {
  if (view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== 2 || view.getUint8(5) !== 1) return [];
  const segments = readSegments(view);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const offsets: bigint[] = [];
  let strings: bigint | undefined;
  for (let entry = 0; entry < Math.min(dynamic.size / 16, MAX_ENTRIES); entry++) {
    const at = dynamic.offset + entry * 16;
    const [tag, value] = [view.getBigUint64(at, true), view.getBigUint64(at + 8, true)];
    if (tag === 0n) break;
    if (tag === DT_NEEDED) offsets.push(value);
    if (tag === DT_STRTAB) strings = value;
  }
  if (strings === undefined) return [];
  const table = fileOffset(segments, strings);
  return table === undefined ? [] : offsets.map((offset) => textAt(view, table + Number(offset)));
}

function readSegments(view: DataView): readonly Segment[] {
  const start = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: view.getUint32(at, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: view.getBigUint64(at + 16, true),
      size: Number(view.getBigUint64(at + 32, true)),
    };
  });
}

function fileOffset(segments: readonly Segment[], address: bigint): number | undefined {
  const segment = segments.find(
    ({ type, address: start, size }) =>
      type === PT_LOAD && address >= start && address < start + BigInt(size),
  );
  return segment === undefined ? undefined : segment.offset + Number(address - segment.address);
}

function textAt(view: DataView, offset: number): string {
  let end = offset;
  while (view.getUint8(end) !== 0) end++;
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + offset, end - offset));
}
