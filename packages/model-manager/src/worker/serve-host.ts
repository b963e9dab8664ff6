import { CareError, serializeError } from '@care/registry-core';
import type { HostChannel } from './host-channel.js';
import { hostLogger } from './host-logger.js';
import { makeBackend, ModelRuntime } from './model-runtime.js';
import { leavingBuffers } from './leaving-buffers.js';
import type { ToWorker } from './worker-protocol.js';

/** Answers the host's messages one after the other, in the order they came: sessions and task processors are not concurrent. */
export function serveHost(channel: HostChannel): void {
  const logger = hostLogger(channel);
  let runtime: ModelRuntime | undefined;
  let last = Promise.resolve();

  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.kind) {
      case 'open':
        try {
          runtime = await ModelRuntime.open(message.request, logger, () => channel.post({ kind: 'warming' }));
          channel.post(
            runtime === undefined ? { kind: 'unchanged' } : { kind: 'ready', opened: runtime.opened },
          );
        } catch (error) {
          channel.post({ kind: 'failed', error: serializeError(error, 'INFERENCE_FAILED') });
        }
        return;
      case 'probe':
        try {
          const backend = await makeBackend(message.request, logger);
          channel.post({ kind: 'probed', probe: await backend.probe() });
        } catch (error) {
          channel.post({ kind: 'failed', error: serializeError(error, 'BACKEND_UNAVAILABLE') });
        }
        return;
      case 'task':
        try {
          if (runtime === undefined) throw new CareError('DISPOSED', 'no model is open in this worker');
          const answer = await runtime.carryOut(message.task);
          const { returned, transfer } = leavingBuffers(message.task, answer);
          channel.post({ kind: 'answer', id: message.id, answer, returned }, transfer);
        } catch (error) {
          channel.post({ kind: 'refusal', id: message.id, error: serializeError(error, 'INFERENCE_FAILED') });
        }
        return;
      case 'close':
        try {
          await runtime?.dispose();
        } catch (error) {
          logger.warn({ error }, 'the session could not be freed; the worker ends all the same');
        }
        channel.close();
        return;
    }
  };

  channel.listen((message) => {
    last = last.then(() => handle(message));
  });
}
