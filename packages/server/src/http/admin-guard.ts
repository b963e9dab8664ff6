import { createHash, timingSafeEqual } from 'node:crypto';
import { CareError } from '@care/registry-core';
import type { FastifyRequest } from 'fastify';
import { RequestRefused } from './request-refused.js';

const MIN_LENGTH = 16;

/** Lets requests of the admin plane pass that bear the token; without a token there is no admin plane. */
export class AdminGuard {
  readonly #digest: Buffer | undefined;

  /** @throws CareError OPTIONS_INVALID when the token is too short to be one, or cannot be sent in a header */
  constructor(token: string | undefined) {
    if (token === undefined) return;
    if (token.length < MIN_LENGTH || !/^[\x21-\x7e]+$/.test(token)) {
      throw new CareError(
        'OPTIONS_INVALID',
        `the admin token must have at least ${MIN_LENGTH} printable ASCII characters and no space`,
        {
          remedy:
            'Make one, e.g. with `openssl rand -hex 32`, or leave it out: then there is no admin plane.',
        },
      );
    }
    this.#digest = digest(token);
  }

  get enabled(): boolean {
    return this.#digest !== undefined;
  }

  /** Compares digests of one length, so that the time tells nothing of the token. */
  admits(request: FastifyRequest): boolean {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    return this.#digest !== undefined && given !== undefined && timingSafeEqual(digest(given), this.#digest);
  }

  /** @throws RequestRefused 403 (no admin plane), 401 */
  check(request: FastifyRequest): void {
    if (!this.enabled) {
      throw new RequestRefused(
        403,
        'ADMIN_DISABLED',
        'this server has no admin token, so its admin plane is off',
      );
    }
    if (!this.admits(request)) {
      throw new RequestRefused(
        401,
        'UNAUTHENTICATED',
        'send the admin token as `Authorization: Bearer TOKEN`',
      );
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
