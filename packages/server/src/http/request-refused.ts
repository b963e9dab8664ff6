/** A request that cannot be answered for a reason of HTTP itself. The message goes to the client. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly status: number,
    /** Stable, for programs. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function badRequest(message: string): RequestRefused {
  return new RequestRefused(400, 'REQUEST_INVALID', message);
}

export function notFound(message: string): RequestRefused {
  return new RequestRefused(404, 'NOT_FOUND', message);
}
