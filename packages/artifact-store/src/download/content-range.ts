/** A `Content-Range` header of bytes (RFC 9110, 14.4). */
export interface ContentRange {
  /** First and last byte, both included; absent in the answer 416. */
  readonly range?: { readonly first: number; readonly last: number };
  /** Of the whole file; absent when the server does not know. */
  readonly total?: number;
}

/** Undefined when the header is absent, of another unit, or contradicts itself. */
export function parseContentRange(value: string | null): ContentRange | undefined {
  const match = /^\s*bytes\s+(?:(\d{1,16})-(\d{1,16})|\*)\/(?:(\d{1,16})|\*)\s*$/i.exec(value ?? '');
  if (match === null) return undefined;
  const [, firstText, lastText, totalText] = match;
  const total = totalText === undefined ? undefined : Number(totalText);
  if (total !== undefined && !Number.isSafeInteger(total)) return undefined;
  if (firstText === undefined || lastText === undefined) return total === undefined ? undefined : { total };
  const range = { first: Number(firstText), last: Number(lastText) };
  if (!Number.isSafeInteger(range.last) || range.first > range.last) return undefined;
  if (total === undefined) return { range };
  return range.last < total ? { range, total } : undefined;
}
