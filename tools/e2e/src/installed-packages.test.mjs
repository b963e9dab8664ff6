/** The packages as a user gets them: packed, installed into an empty application, used from ES modules and CommonJS. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readManifest } from '@care/tools/packages/pack.mjs';
import { root } from '@care/tools/nx.mjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLASS_NAMES,
  constantDetector,
  EXPECTED_BOX,
  manifest,
  PICTURE,
} from './constant-detector.fixture.mjs';
import { HostApplication, NEEDED, packForeign, packPublicPackages } from './host-application.fixture.mjs';
import { testAsset } from './test-assets.fixture.mjs';
import { writeThirdPartyRegistry } from './third-party-registry.fixture.mjs';

/** The host: it takes reference, picture and isolation from the command line and names no plugin. */
const BODY = `
async function main([reference, picture, isolation = 'thread']) {
  const care = await createCare();
  try {
    const model = await care.load(reference, { isolation });
    console.log(JSON.stringify(await model.predict(picture)));
  } finally {
    await care.dispose();
  }
}
main(process.argv.slice(2)).catch((error) => {
  console.error(JSON.stringify({ code: error.code, message: error.message, remedy: error.remedy }));
  process.exitCode = 1;
});
`;
const HOSTS = {
  'host.mjs': `import { createCare } from '@care/model-manager';\n${BODY}`,
  'host.cjs': `const { createCare } = require('@care/model-manager');\n${BODY}`,
};

let packed;
let host;

beforeAll(async () => {
  packed = packPublicPackages();
  host = new HostApplication();
  host.install(NEEDED.map((name) => packed.tarballs.get(`@care/${name}`)));
  for (const [file, source] of Object.entries(HOSTS)) host.write(file, source);
  host.write('models/local/constant-detector.onnx', constantDetector());
  host.write('models/local/constant-detector.json', manifest);
  const picture = sharp({ create: { ...PICTURE, channels: 3, background: '#808890' } });
  host.write('picture.jpg', await picture.jpeg().toBuffer());
  host.write('no-picture.jpg', 'this is a text');
});

afterAll(() => {
  host?.remove();
  packed?.remove();
});

function expectBed(stdout, servedBy) {
  const prediction = JSON.parse(stdout);
  expect(prediction).toMatchObject({ ...PICTURE, task: 'object-detection', model: servedBy });
  expect(prediction.predictions).toHaveLength(1);
  const [{ class: name, classId, confidence, box }] = prediction.predictions;
  expect({ name, classId }).toEqual({ name: CLASS_NAMES[1], classId: 1 });
  expect(confidence).toBeCloseTo(0.75, 5);
  EXPECTED_BOX.forEach((edge, index) => expect(box[index]).toBeCloseTo(edge, 2));
}

describe('an application with the packages it needs', () => {
  it('gets no others with them', () => {
    expect(host.installed('@care')).toEqual(NEEDED);
  });

  it.each(Object.keys(HOSTS))('predicts from %s, and the process ends by itself', (script) => {
    const { status, stdout, stderr } = host.node(script, 'constant-detector', 'picture.jpg');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expectBed(stdout, { id: 'constant-detector', registry: 'local-onnx', backend: 'ort' });
  });

  it('predicts in a process of the model’s own', () => {
    const { status, stdout, stderr } = host.node('host.mjs', 'constant-detector', 'picture.jpg', 'process');
    expect(status, stderr).toBe(0);
    expectBed(stdout, { id: 'constant-detector' });
  });

  it('fails with a code and a remedy', () => {
    const { status, stderr } = host.node('host.cjs', 'constant-detector', 'no-picture.jpg');
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'IMAGE_INVALID', remedy: expect.stringMatching(/./) });
  });
});

describe('a registry package of a stranger', () => {
  const reference = 'shelf:bed-finder';

  it('is not there before it is installed', () => {
    const { status, stderr } = host.node('host.mjs', reference, 'picture.jpg');
    expect(status).toBe(1);
    expect(JSON.parse(stderr).message).toContain('shelf');
  });

  it('is found once it is installed, and the host is the same', () => {
    const { version } = readManifest(path.join(root, 'packages/registry-core'));
    writeThirdPartyRegistry(host.path('elsewhere'), `^${version}`);
    const tarball = packForeign(host.path('elsewhere'), host.dir);
    host.install([tarball]);
    for (const [script, source] of Object.entries(HOSTS)) {
      expect(readFileSync(host.path(script), 'utf8')).toBe(source);
      const { status, stdout, stderr } = host.node(script, reference, 'picture.jpg');
      expect(status, stderr).toBe(0);
      expectBed(stdout, { id: 'bed-finder', version: '1.0.0', registry: 'shelf', backend: 'ort' });
    }
  });
});

/** Our packages that one needs, and itself: npm cannot find them anywhere else. */
function dependenciesOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { dependencies = {}, peerDependencies = {} } = readManifest(path.join(root, 'packages', name));
  for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (needed.startsWith('@care/')) dependenciesOf(needed.slice('@care/'.length), found);
  }
  return found;
}

describe('the command line from its package', () => {
  beforeAll(() =>
    host.install([...dependenciesOf('cli')].map((name) => packed.tarballs.get(`@care/${name}`))),
  );

  it('predicts, and exits with 0', () => {
    const { status, stdout, stderr } = host.command(
      'care',
      'predict',
      'picture.jpg',
      '--model',
      'constant-detector',
      '--json',
    );
    expect(status, stderr).toBe(0);
    const { model, predictions } = JSON.parse(stdout);
    expect(model).toMatchObject({ id: 'constant-detector', registry: 'local-onnx', backend: 'ort' });
    expect(predictions).toEqual([expect.objectContaining({ class: 'bed', class_id: 1 })]);
  });

  it('exits with 1 when a picture fails, the others done', () => {
    const { status, stdout } = host.command(
      'care',
      'predict',
      'no-picture.jpg',
      'picture.jpg',
      '--model',
      'constant-detector',
      '--json',
    );
    expect(status).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ code: 'IMAGE_INVALID' }) }),
      expect.objectContaining({ predictions: [expect.anything()] }),
    ]);
  });

  it('exits with 2 when it is used wrongly', () => {
    const { status, stderr } = host.command('care', 'predict', 'picture.jpg');
    expect(status).toBe(2);
    expect(stderr).toContain('--model');
  });

  it('sees the stranger’s registry too', () => {
    const { status, stdout } = host.command('care', 'plugins', '--json');
    expect(status).toBe(0);
    expect(stdout).toContain('@acme/shelf');
  });
});

const weights = testAsset('models/yolov8n_int8.onnx');
const photo = testAsset('images/coco/images/000000001675.jpg');
const real =
  weights === undefined || photo === undefined ? 'skipped: no CARE_TEST_ASSETS' : 'yolov8n on a photo';

describe.skipIf(weights === undefined || photo === undefined)(`a real model (${real})`, () => {
  it('is imported by the command line and finds what is labelled', async () => {
    mkdirSync(host.path('models/local'), { recursive: true });
    copyFileSync(weights, host.path('models/local/yolov8n.onnx'));
    const imported = host.command('care', 'import', 'models/local/yolov8n.onnx');
    expect(imported.status, imported.stderr).toBe(0);

    const { status, stdout, stderr } = host.node('host.mjs', 'yolov8n', photo);
    expect(status, stderr).toBe(0);
    const { width, height, predictions } = JSON.parse(stdout);
    const labels = readFileSync(photo.replace(/images([\\/][^\\/]+)\.jpg$/, 'labels$1.txt'), 'utf8');
    const [largest] = labels
      .trim()
      .split('\n')
      .map((line) => toBox(line.split(' ').map(Number), width, height))
      .toSorted((left, right) => area(right.box) - area(left.box));
    const found = predictions.filter(
      ({ classId, box }) => classId === largest.classId && iou(box, largest.box) > 0.5,
    );
    expect(found).toHaveLength(1);
  });
});

function toBox([classId, cx, cy, w, h], width, height) {
  return {
    classId,
    box: [(cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height],
  };
}

function area([x1, y1, x2, y2]) {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

function iou(a, b) {
  const overlap = area([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
  return overlap / (area(a) + area(b) - overlap);
}
