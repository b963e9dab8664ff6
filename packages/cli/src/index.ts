export type { CliIo, OutputStream } from './cli-io.js';
export { run } from './run.js';
