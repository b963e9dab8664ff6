export type { CliIo, OutputStream } from './cli-io.js';
export {
  lockFileSchema,
  type LockedFile,
  type LockedModel,
  type LockedVariant,
  type LockFile,
} from './lock/lock-file.js';
export { run } from './run.js';
