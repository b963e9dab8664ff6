import { CareError } from '@care/registry-core';
import type { HubQuestion } from './hub-errors.js';

/** The same answer with its whole body in memory. @throws CareError REGISTRY_UNAVAILABLE when it is longer than `maxBytes` */
export async function boundedResponse(
  response: Response,
  maxBytes: number,
  { endpoint, repo, revision }: HubQuestion,
): Promise<Response> {
  const { body, status, headers } = response;
  if (body === null) return response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > maxBytes) {
      throw new CareError(
        'REGISTRY_UNAVAILABLE',
        `${endpoint} answered with more than ${maxBytes} bytes for ${repo}.`,
        {
          remedy: 'Check HF_ENDPOINT, and whether a proxy answers in its place.',
          details: { endpoint, repo, revision },
        },
      );
    }
    chunks.push(chunk);
  }
  const bounded = new Response(Buffer.concat(chunks), { status, headers });
  // Where redirects led: parts of the file can be asked for there.
  Object.defineProperty(bounded, 'url', { value: response.url });
  return bounded;
}
