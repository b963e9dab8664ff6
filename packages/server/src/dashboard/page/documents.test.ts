import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentRecord, modelDocument } from '../model-document.fixture.js';
import { readEvent, readFailure, readHistory, readModels } from './documents.js';

describe('what the server says', () => {
  it('has models, of which one that was never deployed has no more than a name and a state', () => {
    const one = modelDocument();
    expect(readModels({ models: [one, null, 'x', {}] })).toEqual([one]);
    const error = { code: 'MANIFEST_INVALID', message: 'b' };
    expect(readModels({ models: [{ id: 'a', state: 'failed', error }] })).toMatchObject([
      { id: 'a', state: 'failed', error, versions: [], traffic: {}, rollback_to: null },
    ]);
  });

  it('has a history', () => {
    expect(readHistory({ history: [deploymentRecord(), 1] })).toEqual([deploymentRecord()]);
  });

  it('may be an error as an object or as text', () => {
    const error = { code: 'A', message: 'b', remedy: 'c' };
    expect(readFailure(409, { error })).toEqual(error);
    expect(readFailure(409, error)).toEqual(error);
    expect(readFailure(409, { error: 'b', code: 'A' })).toEqual({ code: 'A', message: 'b' });
    expect(readFailure(502, '<html>')).toEqual({ code: 'HTTP_502', message: 'The server answered 502.' });
  });

  it('may be anything without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        for (const value of [body, { models: body, history: body, error: body }]) {
          expect(Array.isArray(readModels(value))).toBe(true);
          expect(Array.isArray(readHistory(value))).toBe(true);
          const { code, message } = readFailure(500, value);
          expect([typeof code, typeof message]).toEqual(['string', 'string']);
          expect(readEvent(JSON.stringify(value))?.kind).toBeUndefined();
        }
      }),
    );
    expect(readEvent('{')).toBeUndefined();
    expect(readEvent('{"kind":"held","model":"a"}')).toEqual({ kind: 'held', model: 'a' });
  });
});
