import { errorMessage } from '@care/registry-core';

/** What OpenVINO says went wrong, without the places in its own sources that it lists first. */
export function engineMessage(cause: unknown): string {
  const message = errorMessage(cause);
  const lines = message.split('\n').map((line) => line.trim());
  const said = lines.filter(
    (line) => line !== '' && !/^(?:Exception from |Check '.*' failed at )/.test(line),
  );
  return said.length === 0 ? message.trim() : said.join(' ');
}
