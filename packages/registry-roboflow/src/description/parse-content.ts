import { contentError } from './content-error.js';

/** A JSON file of a model. @throws CareError `MANIFEST_INVALID`; the text itself is not shown */
export function parseContent(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw contentError(file, 'it is no JSON');
  }
}
