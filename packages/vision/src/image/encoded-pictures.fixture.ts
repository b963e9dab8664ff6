import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Sharp } from 'sharp';

/** A picture of four even quarters: easy to find again after lossy coding and turning. */
export const QUARTERS = {
  width: 64,
  height: 48,
  topLeft: [220, 40, 40],
  topRight: [40, 200, 60],
  bottomLeft: [50, 60, 210],
  bottomRight: [230, 220, 90],
} as const;

export function quarterColor(x: number, y: number): readonly number[] {
  const left = x < QUARTERS.width / 2;
  const top = y < QUARTERS.height / 2;
  if (top) return left ? QUARTERS.topLeft : QUARTERS.topRight;
  return left ? QUARTERS.bottomLeft : QUARTERS.bottomRight;
}

export function pixels(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly number[],
): Uint8Array {
  const data: number[] = [];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.push(...color(x, y));
  return Uint8Array.from(data);
}

export function quarters(): Sharp {
  const { width, height } = QUARTERS;
  return sharp(pixels(width, height, quarterColor), { raw: { width, height, channels: 3 } });
}

/** The quarters in every format that is decoded. */
export async function encodedQuarters(): Promise<Record<string, Uint8Array>> {
  const high = { quality: 95, chromaSubsampling: '4:4:4' } as const;
  return {
    jpeg: await quarters().jpeg(high).toBuffer(),
    'progressive jpeg': await quarters()
      .jpeg({ ...high, progressive: true })
      .toBuffer(),
    png: await quarters().png().toBuffer(),
    'palette png': await quarters().png({ palette: true }).toBuffer(),
    webp: await quarters().webp({ quality: 95 }).toBuffer(),
    'lossless webp': await quarters().webp({ lossless: true }).toBuffer(),
    avif: await quarters().avif(high).toBuffer(),
    gif: await quarters().gif().toBuffer(),
    tiff: await quarters().tiff({ compression: 'lzw' }).toBuffer(),
    'jpeg in tiff': await quarters().tiff({ compression: 'jpeg', quality: 95 }).toBuffer(),
  };
}

/** A valid PNG header of any size with next to no data behind it. */
export function pngHeader(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 2;
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
