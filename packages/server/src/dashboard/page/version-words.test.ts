import { describe, expect, it } from 'vitest';
import { versionDocument } from '../model-document.fixture.js';
import { describeTraffic, failureText, versionLabels } from './version-words.js';

describe('traffic in words', () => {
  it.each([
    [{ '1.2.0': 5 }, '1.2.0'],
    [{ '': 1 }, 'unversioned'],
    [{ '1.2.0': 3, '1.3.0': 1 }, '1.2.0 (75 %), 1.3.0 (25 %)'],
    [{ '1.2.0': 3, '1.3.0': 0 }, '1.2.0'],
    [{}, 'nothing'],
  ])('%j is %s', (traffic, expected) => {
    expect(describeTraffic(traffic)).toBe(expected);
  });
});

it('tells two contents of one version apart', () => {
  const versions = [
    versionDocument('1.0.0', { id: '1.0.0-aaa' }),
    versionDocument('1.0.0', { id: '1.0.0-bbb' }),
    versionDocument(null),
  ];
  expect([...versionLabels(versions).values()]).toEqual(['1.0.0-aaa', '1.0.0-bbb', 'unversioned']);
});

it('puts a failure in one line, with a remedy when there is one', () => {
  expect(failureText({ code: 'A', message: 'b', remedy: 'c' })).toBe('A: b c');
  expect(failureText({ code: 'A', message: 'b' })).toBe('A: b');
});
