import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { selectVersion } from './select-version.js';

const of = (...versions: (string | undefined)[]) => versions.map((version) => ({ version }));
const ALL = of('1.2.0', '1.10.0', '2.0.0-rc.1', undefined, '1.9.3');

describe('selectVersion', () => {
  it.each<[string | undefined, string | undefined]>([
    [undefined, '1.10.0'],
    ['latest', '1.10.0'],
    ['1.2.0', '1.2.0'],
    ['v1.2.0', '1.2.0'],
    ['^1.2', '1.10.0'],
    ['~1.9', '1.9.3'],
    ['1.9', '1.9.3'],
    ['1.x', '1.10.0'],
    ['*', '1.10.0'],
    ['>=1.0.0 <1.5.0', '1.2.0'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['^2.0.0-rc.0', '2.0.0-rc.1'],
    ['^2', undefined],
    ['3.0.0', undefined],
  ])('@%s is %s', (selector, expected) => {
    expect(selectVersion(ALL, selector)?.version).toBe(expected);
  });

  it('takes a prerelease, then the unversioned one, when there is nothing else', () => {
    expect(selectVersion(of(undefined, '1.0.0-a', '1.0.0-b'), undefined)?.version).toBe('1.0.0-b');
    expect(selectVersion(of(undefined), undefined)).toEqual({ version: undefined });
    expect(selectVersion(of(), undefined)).toBeUndefined();
    expect(selectVersion(of(undefined), '1.0.0')).toBeUndefined();
  });

  it('tells builds apart when asked to', () => {
    const builds = of('1.0.0+b1', '1.0.0+b2');
    expect(selectVersion(builds, '1.0.0+b1')?.version).toBe('1.0.0+b1');
    expect(selectVersion(builds, '1.0.0')?.version).toBe('1.0.0+b2');
    expect(selectVersion(builds, '1.0.0+b3')).toBeUndefined();
  });

  it('refuses what is neither version nor range', () => {
    try {
      selectVersion(ALL, 'main');
      expect.unreachable();
    } catch (error) {
      expect(isCareError(error, 'REFERENCE_INVALID')).toBe(true);
    }
  });
});
