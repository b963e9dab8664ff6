import { readEvent, type EventDocument } from './documents.js';

/** Milliseconds before a stream that the server refused is asked for again. */
const AGAIN_MS = 5000;

/**
 * Events as they happen while the page is seen: a browser allows six connections to a host, and a forgotten tab shall not hold one.
 */
export function followEvents(listener: (event: EventDocument) => void): void {
  let source: EventSource | undefined;
  let again: number | undefined;
  const take = (message: MessageEvent<unknown>): void => {
    const event = readEvent(message.data);
    if (event !== undefined) listener(event);
  };
  const follow = (): void => {
    window.clearTimeout(again);
    source?.close();
    source = undefined;
    if (document.visibilityState === 'hidden') return;
    source = new EventSource('v1/events');
    source.addEventListener('deployment', take);
    // A lost connection is taken up again by the browser, an answer that was no stream is not.
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(follow, AGAIN_MS);
    });
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}
