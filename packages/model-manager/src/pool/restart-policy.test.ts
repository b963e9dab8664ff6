import { describe, expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.js';

describe('RestartPolicy', () => {
  it('replaces at once, then waits twice as long each time, at most 10 s, until an answer', () => {
    const policy = new RestartPolicy();
    const delays = Array.from({ length: 10 }, () => policy.nextDelay());
    expect(delays).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    policy.answered();
    expect(policy.nextDelay()).toBe(0);
  });

  it('is exhausted after five failed starts in a row', () => {
    const policy = new RestartPolicy();
    for (let start = 0; start < 4; start++) policy.startFailed();
    expect(policy.exhausted).toBe(false);
    policy.started();
    for (let start = 0; start < 5; start++) policy.startFailed();
    expect(policy.exhausted).toBe(true);
  });
});
