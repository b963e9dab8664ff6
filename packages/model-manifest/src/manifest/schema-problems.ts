import type { JsonValue } from '@care/registry-core';
import type { z } from 'zod';
import type { JsonPath } from '../json/json-document.js';
import { nearestName } from '../problem/nearest-name.js';

/** What one issue of the schema means to a person, before it gets a file and a position. */
export interface SchemaProblem {
  readonly path: JsonPath;
  readonly found: string;
  readonly expected: string;
  readonly nearest?: string;
}

const KIND: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Turns a zod issue into found / expected, with the nearest allowed word for a misspelt one. */
export function schemaProblem(issue: z.core.$ZodIssue, root: JsonValue): SchemaProblem {
  const path = issue.path.filter((segment) => typeof segment !== 'symbol');
  const value = valueAt(root, path);
  const expected = expectation(issue, path);
  const found = value === undefined ? 'nothing' : describeValue(value);
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const nearest = typeof value === 'string' ? nearestName(value, words) : undefined;
  return { path, found, expected, ...(nearest === undefined ? {} : { nearest }) };
}

function expectation(issue: z.core.$ZodIssue, path: JsonPath): string {
  const pair = path.length === 1 && path[0] === 'input_size';
  switch (issue.code) {
    case 'invalid_type':
      if (pair) return 'two whole numbers: [height, width]';
      if (path[0] === 'input_size') return 'a whole number of pixels';
      return KIND[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map((word) => JSON.stringify(word)).join(', ')}`;
    case 'too_small':
    case 'too_big':
      return pair ? 'two whole numbers: [height, width]' : sizeExpectation(issue);
    case 'invalid_format':
      // Only our own expressions are in the schema; their message says what is wanted.
      return issue.message;
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message;
  }
}

function sizeExpectation(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small';
  const bound = Number(small ? issue.minimum : issue.maximum);
  if (issue.origin === 'string') {
    return bound === 1 && small
      ? 'a text that is not empty'
      : `a text of ${small ? 'at least' : 'at most'} ${bound} characters`;
  }
  if (issue.origin === 'array')
    return `a list of ${small ? 'at least' : 'at most'} ${bound} ${bound === 1 ? 'item' : 'items'}`;
  const exclusive = issue.inclusive === false;
  return `a number ${small ? (exclusive ? 'greater than' : 'of at least') : exclusive ? 'less than' : 'of at most'} ${bound}`;
}

export function valueAt(root: JsonValue, path: JsonPath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    const entry: [string, JsonValue] | undefined = Object.entries(value).find(
      ([key]) => key === String(segment),
    );
    value = entry?.[1];
  }
  return value;
}

const MAX_SHOWN = 60;

/** A value in a few words: small ones as they stand, large ones by kind. */
export function describeValue(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (text.length <= MAX_SHOWN) return text;
  if (Array.isArray(value)) return `a list of ${value.length} items`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return `${text.slice(0, MAX_SHOWN)}...`;
}
