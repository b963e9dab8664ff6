import { pause } from '../abort.js';
import { redactUrl } from '../secrets/redact-url.js';
import type { HttpAnswer, HttpSettings, OpenRequest } from './http-client.js';
import { isPassing } from './network-failure.js';
import { delayBefore, isPassingStatus } from './retry-policy.js';

interface Repetition {
  readonly settings: HttpSettings;
  readonly redact: (text: string) => string;
  readonly open: (request: OpenRequest) => Promise<HttpAnswer>;
  /** Milliseconds since the epoch; a pause that would pass it is not made. */
  readonly deadline: number;
  /** Heard between attempts. */
  readonly signal: AbortSignal | undefined;
}

/** GET and HEAD until an answer is final, attempts or time are used up; the last answer is given back, the last error thrown. */
export async function repeatedRequest(request: OpenRequest, repetition: Repetition): Promise<HttpAnswer> {
  const { settings, open, deadline, signal } = repetition;
  const method = (request.method ?? 'GET').toUpperCase();
  const attempts = method === 'GET' || method === 'HEAD' ? settings.attempts : 1;
  for (let failures = 1; ; failures += 1) {
    let answer: HttpAnswer | undefined;
    let problem: unknown;
    try {
      answer = await open(request);
      if (!isPassingStatus(answer.status)) return answer;
    } catch (error) {
      if (!isPassing(error, 'request')) throw error;
      problem = error;
    }
    const delay = delayBefore(failures, answer?.headers, settings.backoffMs);
    if (failures >= attempts || Date.now() + delay >= deadline) {
      if (answer !== undefined) return answer;
      throw problem;
    }
    const url = repetition.redact(redactUrl(request.url));
    const why = answer === undefined ? String(problem) : `status ${answer.status}`;
    settings.logger.debug({ url, failures, delayMs: Math.round(delay), why }, 'asking again');
    answer?.discard();
    await pause(delay, signal, `the request of ${url}`);
  }
}
