/** Writes manifest.schema.json from the schema in the code, here and in the packages that publish a copy. Needs a build first. */
import { writeFile } from 'node:fs/promises';
import { manifestJsonSchema } from '../dist/index.js';

const text = `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`;
for (const target of ['../manifest.schema.json', '../../registry-local-onnx/manifest.schema.json']) {
  await writeFile(new URL(target, import.meta.url), text);
}
