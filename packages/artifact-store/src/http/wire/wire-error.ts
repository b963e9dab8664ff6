/** A failure of the connection with a code, as those of Node have. */
export function wireError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
