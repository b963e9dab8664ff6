import { basename, extname, join, relative, resolve } from 'node:path';

/** File types that annotated pictures are written in; the rest becomes PNG. */
const WRITABLE = new Set(['.jpg', '.jpeg', '.png']);

/**
 * Where annotated pictures go: the picture's own name in `directory`; `name-2.jpg` when another picture of this run has
 * that name already; `name.annotated.jpg` where the picture itself (or another input) would be overwritten.
 *
 * @returns by input path, absolute paths below `directory`
 */
export function annotatedNames(
  images: readonly string[],
  directory: string,
  cwd: string,
): Map<string, string> {
  const inputs = new Set(images.map((image) => comparable(resolve(cwd, image))));
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const image of images) {
    const extension = extname(image);
    const stem = basename(image, extension);
    const kept = WRITABLE.has(extension.toLowerCase()) ? extension : `${extension}.png`;
    for (let attempt = 1; ; attempt++) {
      const number = attempt === 1 ? '' : `-${attempt}`;
      const path = firstFree(
        directory,
        [`${stem}${number}${kept}`, `${stem}.annotated${number}${kept}`],
        inputs,
      );
      if (path === undefined || taken.has(comparable(path))) continue;
      taken.add(comparable(path));
      names.set(image, path);
      break;
    }
  }
  return names;
}

/** What an earlier run put beside the pictures themselves: `name.annotated.jpg` of `name.jpg`, `name.webp.png` of `name.webp`. */
export const isAnnotatedName = (path: string): boolean =>
  /\.annotated(?:-\d+)?(?:\.[^.]+){1,2}$|\.(?:webp|avif|gif|tiff?)\.png$/i.test(path);

function firstFree(
  directory: string,
  names: readonly string[],
  inputs: ReadonlySet<string>,
): string | undefined {
  return names.map((name) => join(directory, name)).find((path) => !inputs.has(comparable(path)));
}

/** File systems of Windows and macOS hold `A.jpg` and `a.jpg` for the same file; treating them so everywhere is safe. */
const comparable = (path: string): string => path.toLowerCase();

/** As a person would write it from where they are. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}
