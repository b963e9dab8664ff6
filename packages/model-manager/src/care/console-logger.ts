import type { Logger } from '@care/registry-core';

const ignore = (): void => undefined;

/** Warnings and errors to stderr, the rest nowhere: what a host gets that brings no logger. */
export const consoleLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: (fields, message) => console.warn(`care: ${message}`, fields),
  error: (fields, message) => console.error(`care: ${message}`, fields),
};
