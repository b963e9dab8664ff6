import { extname } from 'node:path';

/** File name extensions that a folder is searched for; a file that is named itself is always tried. */
export const IMAGE_EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.gif', '.tif', '.tiff'] as const;

export function hasImageExtension(path: string): boolean {
  const extension = extname(path).toLowerCase();
  return IMAGE_EXTENSIONS.some((known) => known === extension);
}
