/** Milliseconds of one call. */
export interface CallTimes {
  /** From call to answer. */
  readonly endToEnd: number;
  /** Inside the engine. */
  readonly inference: number;
}

/** What is measured: something that can be called again and again. */
export interface Contestant {
  /** Calls that are under way at any time: one for each replica, so that all of them are busy. */
  readonly inFlight: number;
  /** Images of one call. */
  readonly batch: number;
  call(): Promise<CallTimes>;
}

/** Milliseconds, monotonic. */
export type Clock = () => number;

/**
 * Calls a contestant in as many lanes as it has in flight.
 * @param wanted asked before each call, with the number of those begun
 */
export async function callInLanes(
  contestant: Contestant,
  inFlight: number,
  wanted: (begun: number) => boolean,
  onCall: (times: CallTimes) => void,
): Promise<void> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (wanted(begun)) {
      begun++;
      onCall(await contestant.call());
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
