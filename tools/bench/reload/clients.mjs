// A steady load over HTTP/1.1 keep-alive: each client asks at a fixed pace, later when its last answer took longer.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { url, clients, paceMs } = JSON.parse(process.argv[2]);
const picture = Buffer.from(process.argv[3], 'base64');
/** The model's input, into which the whole width of the picture is letterboxed. */
const INPUT_SIDE = 320;
const target = new URL('/v1/models/swapped/predict', url);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
let running = true;
let records = [];

function ask() {
  return new Promise((resolve) => {
    const asked = request(
      target,
      { method: 'POST', agent, headers: { 'content-type': 'image/jpeg' } },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }),
        );
        response.on('error', (error) => resolve({ status: 0, body: error.message }));
      },
    );
    asked.on('error', (error) => resolve({ status: 0, body: error.message }));
    asked.end(picture);
  });
}

async function client(index) {
  await sleep((index * paceMs) / clients);
  while (running) {
    const from = performance.timeOrigin + performance.now();
    const { status, body } = await ask();
    const to = performance.timeOrigin + performance.now();
    records.push(
      status === 200 ? { from, to, ...readAnswer(body) } : { from, to, failure: `${status} ${body}` },
    );
    await sleep(Math.max(0, paceMs - (to - from)));
  }
}

function readAnswer(body) {
  const { model, predictions, width } = JSON.parse(body);
  const [x1 = 0, , x2 = 0] = predictions[0]?.box ?? [];
  return { version: model.version, width: Math.round(((x2 - x1) * INPUT_SIDE) / width) };
}

process.on('message', (question) => {
  if (question === 'records') {
    process.send({ kind: 'answer', question, answer: records });
    records = [];
    return;
  }
  running = false;
  agent.destroy();
  process.disconnect();
});
for (let index = 0; index < clients; index++) void client(index);
process.send({ kind: 'ready' });
