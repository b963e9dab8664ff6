import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CareError, isCareError } from './care-error.js';
import { ERROR_CODES } from './error-codes.js';
import { deserializeError, errorMessage, serializeError } from './error-transfer.js';

/** The module a second time, as when two copies of the core are installed. */
async function secondCopy(): Promise<{ CareError: typeof CareError; isCareError: typeof isCareError }> {
  const url = new URL('./care-error.ts?copy=2', import.meta.url).href;
  return (await import(/* @vite-ignore */ url)) as {
    CareError: typeof CareError;
    isCareError: typeof isCareError;
  };
}

describe('CareError', () => {
  it('takes the remedy of its code when none is given', () => {
    const error = new CareError('OVERLOADED', 'full');
    expect(error).toMatchObject({ name: 'CareError', code: 'OVERLOADED', message: 'full', details: {} });
    expect(error.remedy).toBe(ERROR_CODES.OVERLOADED);
    expect('cause' in error).toBe(false);
  });

  it('is recognised by code across two copies of the core', async () => {
    const copy = await secondCopy();
    expect(copy.CareError).not.toBe(CareError);
    const foreign = new copy.CareError('UNAUTHORIZED', 'no key');
    expect(foreign).not.toBeInstanceOf(CareError);
    expect(isCareError(foreign)).toBe(true);
    expect(isCareError(foreign, 'UNAUTHORIZED', 'ABORTED')).toBe(true);
    expect(isCareError(foreign, 'ABORTED')).toBe(false);
    expect(copy.isCareError(new CareError('ABORTED', 'x'), 'ABORTED')).toBe(true);
  });

  it.each([undefined, null, 'ABORTED', 3, {}, { code: 'ABORTED' }, new Error('x')])('is not %j', (value) => {
    expect(isCareError(value)).toBe(false);
  });
});

describe('transfer', () => {
  it('keeps code, message, remedy, details and the chain of causes', () => {
    const cause = new Error('outer', { cause: new TypeError('inner') });
    const error = new CareError('MANIFEST_INVALID', 'bad', {
      remedy: 'mend',
      details: { file: 'a.json' },
      cause,
    });
    const data = serializeError(error, 'REGISTRY_UNAVAILABLE');
    expect(data).toEqual({
      code: 'MANIFEST_INVALID',
      message: 'bad',
      remedy: 'mend',
      details: { file: 'a.json' },
      causes: ['outer', 'inner'],
    });
    const back = deserializeError(data);
    expect(isCareError(back, 'MANIFEST_INVALID')).toBe(true);
    expect(back.cause).toMatchObject({ message: 'outer', cause: { message: 'inner' } });
    expect(serializeError(back, 'ABORTED')).toEqual(data);
  });

  it('survives the way through another process', async () => {
    const child = fork(fileURLToPath(new URL('./echo.fixture.mjs', import.meta.url)));
    try {
      const data = serializeError(new CareError('WORKER_CRASHED', 'gone', { cause: 'signal 9' }), 'ABORTED');
      child.send(data);
      const [echo] = (await once(child, 'message')) as [typeof data];
      expect(echo).toEqual(data);
      expect(deserializeError(echo)).toMatchObject({
        code: 'WORKER_CRASHED',
        cause: { message: 'signal 9' },
      });
    } finally {
      child.kill();
    }
  });

  it('gives any thrown value the fallback code', () => {
    expect(serializeError(new TypeError('x'), 'PLUGIN_INVALID')).toMatchObject({
      code: 'PLUGIN_INVALID',
      message: 'x',
    });
    expect(serializeError('text', 'TIMEOUT')).toMatchObject({ code: 'TIMEOUT', message: 'text', causes: [] });
    const hostile = Object.create(null) as object;
    for (const value of [undefined, null, 3, {}, [1], hostile, Symbol('s'), () => 1]) {
      expect(serializeError(value, 'TIMEOUT').code).toBe('TIMEOUT');
    }
    expect(errorMessage(hostile)).toBe('a thrown object without a message');
  });

  it('ends a chain of causes that goes round', () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    expect(serializeError(first, 'TIMEOUT').causes).toHaveLength(8);
  });
});
