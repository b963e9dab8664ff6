import { CareError } from '@care/registry-core';

/**
 * The address of a file that a document of the server names. Documents are input: they may not make a host ask another server, or for
 * files outside the folder of the index.
 * @param path relative to `from`, with "/"
 * @throws CareError PATH_FORBIDDEN
 */
export function addressOf(path: string, from: URL, index: URL, label: string): URL {
  const folder = new URL('.', index);
  const url = URL.canParse(path, from.href) ? new URL(path, from) : null;
  const odd = path.includes('\\') || path.includes('?') || path.includes('#');
  const inside =
    url !== null &&
    url.origin === folder.origin &&
    decoded(url.pathname).startsWith(decoded(folder.pathname));
  if (url !== null && inside && !odd && !climbs(url)) {
    // What the server wants to see of the reader is the same for every file.
    url.search = index.search;
    return url;
  }
  throw new CareError(
    'PATH_FORBIDDEN',
    `${label} names ${JSON.stringify(path.slice(0, 200))}, which is not below the folder of the index.`,
    {
      remedy: 'Write a path relative to the document, with "/", that stays below the folder of the index.',
      details: { file: label, path: path.slice(0, 200) },
    },
  );
}

/** A server may decode `%2e%2e%2f` and climb where the address does not show it. */
function climbs({ pathname }: URL): boolean {
  return decoded(pathname).split('/').includes('..');
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return `\0${pathname}`; // No such folder: it is not inside any.
  }
}
