import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingRequest } from './pending-request.js';
import { RequestQueue } from './request-queue.js';

function request(): PendingRequest {
  const frame = { data: new Uint8Array(3), width: 1, height: 1, format: 'rgb' } as const;
  const input = {
    task: { kind: 'predict', sources: [{ kind: 'raw', frame }], options: {}, returnFrames: false },
    transfer: [],
    calledAt: 0,
  } as const;
  return new PendingRequest(input, () => undefined);
}

describe('RequestQueue', () => {
  it('is first come, first served; patient ones come in as there is room, and none is lost', () => {
    const operations = fc.array(fc.constantFrom('push', 'patient', 'shift', 'remove'), { maxLength: 60 });
    fc.assert(
      fc.property(operations, fc.integer({ min: 0, max: 5 }), (steps, limit) => {
        const queue = new RequestQueue(limit);
        // The model: two plain lists.
        let waiting: PendingRequest[] = [];
        let patient: PendingRequest[] = [];
        for (const step of steps) {
          const next = request();
          if (step === 'push' && !queue.isFull) {
            queue.push(next);
            waiting.push(next);
          } else if (step === 'patient') {
            queue.pushPatient(next);
            patient.push(next);
          } else if (step === 'shift') {
            expect(queue.shift()).toBe(waiting.length > 0 ? waiting.shift() : patient.shift());
          } else if (step === 'remove') {
            const last = [...waiting, ...patient].at(-1);
            if (last !== undefined) queue.remove(last);
            waiting = waiting.filter((item) => item !== last);
            patient = patient.filter((item) => item !== last);
          }
          const moved = patient.splice(0, Math.max(0, limit - waiting.length));
          waiting.push(...moved);
          expect(queue.length).toBe(waiting.length);
          expect(queue.isFull).toBe(waiting.length >= limit);
          expect(queue.isEmpty).toBe(waiting.length + patient.length === 0);
        }
        expect(queue.drain()).toEqual([...waiting, ...patient]);
      }),
    );
  });
});
