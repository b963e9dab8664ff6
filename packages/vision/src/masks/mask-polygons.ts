import { checkBitmap, type MaskBitmap } from './mask-bitmap.js';
import type { Ring } from './polygon-raster.js';

/**
 * One connected piece of a mask: its outline and the outlines of its holes, in whole pixel corners of the image. Outlines run
 * clockwise on the screen, holes the other way round; corners only where the direction changes.
 */
export interface MaskPolygon {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

const RIGHT = 0;
const LEFT = 2;
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];

/**
 * Outlines of a bitmap by following the cracks between pixels (the object stays on the right hand). Pieces that touch only at a
 * corner are one, as in Suzuki & Abe 1985 (8-connected), but the corners are those of the pixels, not their centres: rasterised
 * again (`rleFromPolygons(rings, image, 'even-odd')`) they give the same pixels. An outline may touch itself at a corner.
 * Topmost piece first, then leftmost. @throws CareError INPUT_INVALID when `data` is not of `width * height` values
 */
export function polygonsFromBitmap(bitmap: MaskBitmap): MaskPolygon[] {
  checkBitmap(bitmap);
  return new CrackFollower(bitmap).run();
}

class CrackFollower {
  readonly #polygons: { outer: Ring; holes: Ring[] }[] = [];
  /** Cracks above each pixel (one more row for those below the last) that an outline has used. */
  readonly #used: Uint8Array;
  /** The polygon whose outline runs along the left side of each pixel. */
  readonly #owner: Uint32Array;

  constructor(private readonly bitmap: MaskBitmap) {
    this.#used = new Uint8Array(bitmap.width * (bitmap.height + 1));
    this.#owner = new Uint32Array(bitmap.width * bitmap.height);
  }

  /**
   * In reading order the first crack of an outline lies above a pixel of the object, and the first of a hole below one; so an
   * unused crack tells by its side which of the two begins there.
   */
  run(): { outer: Ring; holes: Ring[] }[] {
    const { width, height } = this.bitmap;
    for (let y = 0; y <= height; y++) {
      for (let x = 0; x < width; x++) {
        if (this.#used[y * width + x] === 1) continue;
        const [above, below] = [this.#inside(x, y - 1), this.#inside(x, y)];
        if (below && !above) {
          this.#polygons.push({ outer: [], holes: [] });
          const outer = this.#follow(x, y, RIGHT, this.#polygons.length - 1);
          this.#polygons[this.#polygons.length - 1] = { outer, holes: [] };
        } else if (above && !below) {
          const owner = this.#ownerOf(x, y - 1);
          this.#polygons[owner]?.holes.push(this.#follow(x + 1, y, LEFT, owner));
        }
      }
    }
    return this.#polygons;
  }

  #inside(x: number, y: number): boolean {
    const { width, height, data } = this.bitmap;
    return x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  }

  /** The left end of the pixel's run lies on an outline of the same piece, which has been followed already. */
  #ownerOf(x: number, y: number): number {
    let left = x;
    while (this.#inside(left - 1, y)) left--;
    return this.#owner[y * this.bitmap.width + left] ?? 0;
  }

  /** Follows the outline from corner (startX, startY) in a direction until it comes back to both. */
  #follow(startX: number, startY: number, startDirection: number, owner: number): Ring {
    const { x: originX, y: originY } = this.bitmap;
    const ring: number[] = [];
    let [x, y, direction] = [startX, startY, startDirection];
    do {
      this.#mark(x, y, direction, owner);
      x += STEP_X[direction] ?? 0;
      y += STEP_Y[direction] ?? 0;
      const turned = this.#turn(x, y, direction);
      if (turned !== direction) ring.push(originX + x, originY + y);
      direction = turned;
    } while (x !== startX || y !== startY || direction !== startDirection);
    return ring;
  }

  /** Left when the pixel ahead on the left belongs to the object, else straight on when the one on the right does, else right. */
  #turn(x: number, y: number, direction: number): number {
    const [dx, dy] = [STEP_X[direction] ?? 0, STEP_Y[direction] ?? 0];
    const left = this.#inside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
    if (left) return (direction + 3) % 4;
    const right = this.#inside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
    return right ? direction : (direction + 1) % 4;
  }

  #mark(x: number, y: number, direction: number, owner: number): void {
    const { width } = this.bitmap;
    if (direction === RIGHT) this.#used[y * width + x] = 1;
    else if (direction === LEFT) this.#used[y * width + x - 1] = 1;
    // Upwards the object lies to the right of the crack: it is the left side of a pixel.
    else if (direction === 3) this.#owner[(y - 1) * width + x] = owner;
  }
}
