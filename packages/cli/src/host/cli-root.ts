import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this package: its own plugins (local manifests, ONNX Runtime) are there whatever the host declares. */
export const CLI_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
