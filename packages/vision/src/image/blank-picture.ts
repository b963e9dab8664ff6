import sharp from 'sharp';

/** A JPEG of one grey, for warming up the way that encoded pictures take. @param grey 0..255 */
export function blankPicture(width: number, height: number, grey: number): Promise<Uint8Array> {
  const background = { r: grey, g: grey, b: grey };
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
