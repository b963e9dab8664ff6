import { CareError, deserializeError, type BackendProbe, type Logger } from '@care/registry-core';
import { startProcess } from '../transport/process-transport.js';
import type { WorkerTransport } from '../transport/worker-transport.js';
import type { BackendRequest } from '../worker/worker-protocol.js';
import { settleWithin } from './settle-within.js';

const PROBE_TIMEOUT_MS = 60_000;

/** Probes a backend in a short-lived child process: a driver that aborts when it is touched must not end the host. */
export async function probeBackend(request: BackendRequest, logger: Logger): Promise<BackendProbe> {
  const what = `probing backend "${request.descriptor.name}"`;
  let transport: WorkerTransport | undefined;
  const probing = new Promise<BackendProbe>((resolve, reject) => {
    transport = startProcess({
      message: (message) => {
        if (message.kind === 'probed') resolve(message.probe);
        else if (message.kind === 'failed') reject(deserializeError(message.error));
        else if (message.kind === 'log') logger[message.level](message.fields, message.message);
      },
      exit: ({ code, signal, error }) =>
        reject(
          new CareError(
            'WORKER_CRASHED',
            `${what} ended its process (${signal ?? `exit code ${code ?? 'none'}`})`,
            {
              remedy:
                'A native library of this backend fails on this machine; look at what it wrote to stderr.',
              cause: error,
            },
          ),
        ),
    });
    transport.hold(true);
    transport.post({ kind: 'probe', request });
  });
  try {
    return await settleWithin(probing, { what, timeoutMs: PROBE_TIMEOUT_MS });
  } finally {
    await transport?.terminate();
  }
}
