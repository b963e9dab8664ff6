/** A key and a token as markers: nothing that the command prints, writes or is called by contains them, in whatever form. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { RemoteHost } from './care-command.fixture.mjs';
import { DEMO_MODELS, remoteModels } from './demo-models.fixture.mjs';
import { API_KEY } from './protocol-servers.fixture.mjs';

const TOKEN = 'hf_TokenOfTheTests/that+must=NeverBeSeen42';
const REFUSED_KEY = 'rf_RefusedKey/of+the=TestsThatIsSecret77';
const REFUSED_TOKEN = 'hf_RefusedToken/of+the=TestsThatIsSecret99';
const SECRETS = [API_KEY, TOKEN, REFUSED_KEY, REFUSED_TOKEN];

const FORMS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  // Without the last characters, which depend on what follows.
  Buffer.from(secret).toString('base64').slice(0, -4),
  Buffer.from(secret).toString('base64url').slice(0, -4),
  Buffer.from(secret).toString('hex'),
  JSON.stringify(secret).slice(1, -1),
]);

const leaks = (text) => FORMS.filter((form) => text.includes(form));

let remote;
beforeAll(async () => {
  remote = await remoteModels();
  remote.hub.tokens.add(TOKEN);
  remote.hub.repositories.get('rooms/room-pose').readers = [TOKEN];
});
afterAll(() => remote?.close());

/** Names and arguments of the process and those that it started, as everybody on the machine sees them. */
function titles(pid) {
  if (process.platform !== 'linux') return '';
  const of = (id) => ['cmdline', 'comm'].map((file) => read(`/proc/${id}/${file}`)).join(' ');
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(`/proc/${name}/stat`).split(') ')[1]?.split(' ')[1] === String(pid));
  return [pid, ...children].map(of).join(' ');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

it('appear nowhere but in requests to who is to have them', async () => {
  const host = new RemoteHost({ ...remote.env, ROBOFLOW_API_KEY: API_KEY, HF_TOKEN: TOKEN });
  onTestFinished(() => host.dispose());
  const [{ picture }] = DEMO_MODELS;
  let seen = '';
  const onStart = (child) => {
    let running = true;
    child.on('close', () => (running = false));
    const look = () => {
      if (!running) return;
      seen += titles(child.pid);
      setTimeout(look, 100);
    };
    look();
  };
  const refused = { ROBOFLOW_API_KEY: REFUSED_KEY, HF_TOKEN: REFUSED_TOKEN };
  const runs = [
    [['pull', 'rooms/1', 'huggingface:rooms/room-pose', '--verbose'], {}, 0],
    [['pull', 'rooms/1', 'huggingface:rooms/room-pose', '--json'], {}, 0],
    [['predict', picture, '--model', 'rooms/1', '--verbose', '--json', '--isolation', 'process'], {}, 0],
    [['predict', picture, '--model', 'huggingface:rooms/room-pose', '--verbose', '--offline'], {}, 0],
    [['show', 'rooms/1', '--explain', '--verbose'], {}, 0],
    [['show', 'huggingface:rooms/room-pose', '--explain', '--json'], {}, 0],
    [['lock', 'rooms/1', 'huggingface:rooms/room-pose', '--verbose'], {}, 0],
    [['pull', '--frozen', '--verbose'], {}, 0],
    [['cache', 'list', '--json', '--verbose'], {}, 0],
    [['models', '--verbose'], {}, 0],
    [['plugins', '--verbose'], {}, 0],
    [['doctor', '--json', '--verbose'], { HTTPS_PROXY: `http://user:${REFUSED_KEY}@proxy` }, 0],
    [['pull', 'shapes/3', '--verbose'], refused, 1],
    [['pull', 'huggingface:rooms/room-detector', '--json', '--verbose'], refused, 1],
    [['predict', picture, '--model', 'absent/1', '--verbose'], {}, 1],
    [['predict', picture, '--model', 'roboflow:shapes/3', '--verbose', '--json'], refused, 1],
    // Somebody's key in the address itself, and a server that is not there.
    [
      ['show', 'roboflow:beds/4', '--verbose'],
      { ROBOFLOW_API_HOST: `http://x:${REFUSED_KEY.replaceAll('/', '')}@127.0.0.1:9` },
      1,
    ],
    [['show', 'huggingface:rooms/x', '--verbose'], { HF_ENDPOINT: 'http://127.0.0.1:9' }, 1],
  ];
  for (const [args, env, code] of runs) {
    const { stdout, stderr, code: ended } = await host.run(args, { env, onStart });
    const what = `care ${args.join(' ')}`;
    expect({ what, leaks: leaks(stdout + stderr) }).toEqual({ what, leaks: [] });
    expect({ what, ended }, stderr).toEqual({ what, ended: code });
  }
  expect(leaks(seen), 'titles of processes').toEqual([]);
  expect(
    host.files().flatMap(({ file, text }) => leaks(file + text).map((form) => ({ file, form }))),
  ).toEqual([]);
  // Otherwise nothing was tested.
  const asked = JSON.stringify([...remote.roboflow.requests, ...remote.hub.requests]);
  for (const secret of SECRETS) expect(asked).toContain(JSON.stringify(secret).slice(1, -1));
  const elsewhere = [
    ...remote.roboflow.content.requests,
    ...remote.hub.requests.filter(({ host: of }) => of === 'cdn'),
  ];
  expect(elsewhere.length).toBeGreaterThan(0);
  expect(leaks(JSON.stringify(elsewhere)), 'the hosts of the files').toEqual([]);
}, 240_000);
