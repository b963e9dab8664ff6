import assert from 'node:assert/strict';
import {
  CONTRACT_VERSION,
  errorMessage,
  isCareError,
  PLUGIN_NAME_PATTERN,
  type CareErrorCode,
} from '@care/registry-core';

/** One rule of the contract. `run` rejects with what is wrong; independent of a test runner. */
export interface ContractCheck {
  readonly name: string;
  run(): Promise<void>;
}

/** Expects a rejection with a CareError (of whichever copy of the core) that has one of the codes. */
export async function assertRejects(
  attempt: () => unknown,
  codes: readonly CareErrorCode[],
  what: string,
): Promise<void> {
  let failure: unknown;
  try {
    await attempt();
  } catch (error) {
    failure = error;
  }
  const wanted = codes.join(' or ');
  assert.ok(failure !== undefined, `${what}: expected ${wanted}, but it succeeded`);
  assert.ok(
    isCareError(failure),
    `${what}: expected a CareError ${wanted}, but got: ${errorMessage(failure)}`,
  );
  assert.ok(
    codes.includes(failure.code),
    `${what}: expected ${wanted}, but got ${failure.code}: ${failure.message}`,
  );
  assert.ok(
    failure.message.length > 0 && failure.remedy.length > 0,
    `${what}: message and remedy must not be empty`,
  );
}

/** What every plugin object and definition says of itself. */
export function assertIdentity(
  plugin: { readonly contract: unknown; readonly name: unknown },
  what: string,
): void {
  assert.equal(plugin.contract, CONTRACT_VERSION, `${what}: contract`);
  assert.ok(
    typeof plugin.name === 'string' && PLUGIN_NAME_PATTERN.test(plugin.name),
    `${what}: the name ${JSON.stringify(plugin.name)} does not match ${String(PLUGIN_NAME_PATTERN)}`,
  );
}

/** Kinds of handles that keep a process alive and that only I/O or timers make. */
export function openHandles(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => !/^(?:MessagePort|PipeWrap|TTYWrap|Immediate|CloseReq)$/.test(kind))
    .toSorted();
}

/** Kinds that are open now and were not in `before`; what has ended meanwhile does not count. */
export function openedSince(before: readonly string[]): readonly string[] {
  const left = [...before];
  return openHandles().filter((kind) => {
    const index = left.indexOf(kind);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
