import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ImageInput, RawFrame } from '@care/vision';
import { seededRandom } from '../statistics/random.js';
import type { Profile } from '../profile/profile.js';

/** Pictures that every candidate is called with, in memory: disks are not what is measured. */
export interface SamplePictures {
  /** Made here: nothing can be found in them. */
  readonly synthetic?: boolean;
  readonly images: readonly ImageInput[];
  readonly workload: Profile['workload'];
}

const WIDTH = 1280;
const HEIGHT = 720;

/** A frame as of a camera, 1280 x 720, made of coloured patches: the same everywhere. What a detector finds in it is nothing. */
export function syntheticPictures(): SamplePictures {
  const random = seededRandom(1);
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  const columns = WIDTH / 16;
  const patches = Array.from({ length: columns * (HEIGHT / 16) * 3 }, () => Math.floor(random() * 256));
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const patch = ((y >> 4) * columns + (x >> 4)) * 3;
      const at = (y * WIDTH + x) * 3;
      for (let channel = 0; channel < 3; channel++) data[at + channel] = patches[patch + channel] ?? 0;
    }
  }
  const frame: RawFrame = { data, width: WIDTH, height: HEIGHT, format: 'rgb' };
  return {
    synthetic: true,
    images: [frame],
    workload: {
      description: `one synthetic raw frame of ${WIDTH} x ${HEIGHT}`,
      sha256: createHash('sha256').update(data).digest('hex'),
      images: 1,
    },
  };
}

/** Encoded pictures from files, read here and now. @throws the error of the file system */
export async function picturesFrom(paths: readonly string[]): Promise<SamplePictures> {
  const hash = createHash('sha256');
  const images: Uint8Array[] = [];
  for (const path of paths) {
    const bytes = new Uint8Array(await readFile(path));
    hash.update(createHash('sha256').update(bytes).digest());
    images.push(bytes);
  }
  return {
    images,
    workload: {
      description: `${paths.length} encoded picture${paths.length === 1 ? '' : 's'}`,
      sha256: hash.digest('hex'),
      images: paths.length,
    },
  };
}
