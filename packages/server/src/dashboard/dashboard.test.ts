import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardHost } from './dashboard-host.fixture.js';
import {
  deploymentRecord,
  modelDocument,
  estimate,
  metricsOf,
  versionDocument,
} from './model-document.fixture.js';
import { findChromium, HeadlessChromium, SKIPPED } from './headless-chromium.fixture.js';
import type { Page } from './page.fixture.js';

const executable = findChromium();
const title = `the dashboard in Chromium${executable === undefined ? SKIPPED : ''}`;

const problem = {
  code: 'PROBE_FAILED',
  message: '1.3.0 answered its probe image with numbers that are not finite.',
  remedy: 'Export the model again.',
};

describe.skipIf(executable === undefined)(title, { timeout: 60_000 }, () => {
  let browser: HeadlessChromium;
  let host: DashboardHost;
  let address: string;
  beforeAll(() => {
    browser = new HeadlessChromium(executable ?? '');
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    host = new DashboardHost();
    address = await host.listen();
  });
  afterEach(async () => {
    await browser.closePages();
    await host.stop();
  });

  async function open(width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.openPage(width, 900, scheme);
    await page.goto(address);
    await page.until(`document.querySelector('#link').dataset.state === 'up'`);
    return page;
  }

  it('shows versions, their states and shares, and says nothing bad to the browser', async () => {
    const versions = [
      versionDocument('1.2.0', { share: 0.9, metrics: metricsOf([0.02, 0.03]) }),
      versionDocument('1.3.0', { share: 0.1 }),
      versionDocument('1.4.0', { state: 'loading', role: 'none', share: 0 }),
    ];
    host.models = [
      modelDocument({ versions, traffic: { '1.2.0': 90, '1.3.0': 10 }, sticky_by: 'camera_id' }),
      modelDocument({ id: 'bed-exit', versions: [versionDocument(null)] }),
    ];
    host.history = [
      deploymentRecord(),
      deploymentRecord({ generation: 2, reason: 'guard', detail: 'too slow' }),
    ];
    const page = await open();
    const rows = await page.evaluate(
      `[...document.querySelectorAll('[aria-label="Versions of fall-detector"] tbody tr')]
        .map((row) => [...row.children].slice(0, 4).map((cell) => cell.querySelector('span').innerText))`,
    );
    expect(rows).toEqual([
      ['1.2.0', 'ready', 'live', '90 %'],
      ['1.3.0', 'ready', 'live', '10 %'],
      ['1.4.0', 'loading', 'none', '–'],
    ]);
    expect(await page.text('.model .facts')).toContain('sticky by camera_id');
    expect(await page.text('#models > section:nth-child(2) tbody')).toContain('unversioned');
    await page.until(`document.querySelector('.tall tbody tr td')?.innerText.includes('too slow')`);
    expect(await page.text('#overview')).toMatch(
      /fall-detector\s+1\.2\.0 \(90 %\), 1\.3\.0 \(10 %\)[\s\S]*bed-exit/,
    );
    await page.click('#overview li:last-child a');
    expect(await page.evaluate('document.querySelector(location.hash).innerText')).toBe('bed-exit');
    expect(page.complaints).toEqual([]);
  });

  it('draws what went on since it looked before, a line for each version', async () => {
    const seconds: number[] = [];
    const show = (count: number): void => {
      for (let index = 0; index < count; index++) seconds.push(0.04);
      const metrics = metricsOf(seconds, { errors: seconds.length / 4 });
      host.models = [modelDocument({ versions: [versionDocument('1.2.0', { metrics })] })];
    };
    show(400);
    const page = await open();
    // What was counted before the page was opened is no traffic of now.
    expect(await page.text('.chart .legend b')).toBe('–');
    show(60);
    await page.until(`document.querySelectorAll('.chart path.line[d^=M]').length === 4`);
    const [rate, p50, p95, errors] = (await page.evaluate(
      `[...document.querySelectorAll('.chart .legend b')].map((value) => value.innerText)`,
    )) as string[];
    expect(Number.parseFloat(rate ?? '')).toBeGreaterThan(0);
    // Within the bucket from 30 to 50 ms; one request in five failed.
    expect(p50).toBe('40.0 ms');
    expect(p95).toBe('49.0 ms');
    expect(errors).toBe('20.0 %');
  });

  it('takes ids and messages from outside as text', async () => {
    const hostile = `<img src=x onerror="document.title='owned'">`;
    host.models = [
      modelDocument({
        id: hostile,
        traffic: { [hostile]: 1 },
        rollback_to: { [hostile]: 1 },
        aliases: { [hostile]: hostile },
        versions: [versionDocument(hostile, { error: { ...problem, message: hostile } })],
        problem: { ...problem, message: hostile, remedy: hostile },
      }),
    ];
    host.history = [deploymentRecord({ detail: hostile, traffic: { [hostile]: 1 } })];
    const page = await open();
    await page.until(`document.querySelector('.tall tbody tr') !== null`);
    await expect.poll(() => host.listeners).toBe(1);
    host.emit({
      kind: 'refused',
      model: hostile,
      at: '2026-03-01T10:00:00.000Z',
      generation: 2,
      version: hostile,
      error: { ...problem, message: hostile },
    });
    await page.until(`document.querySelector('#events li') !== null`);
    expect(await page.text('.model h2')).toBe(hostile);
    await page.click('.model header button');
    expect(await page.text('#rollback-title')).toBe(`Roll back ${hostile}?`);
    expect(await page.evaluate(`document.querySelectorAll('img, b b, script:not([src])').length`)).toBe(0);
    expect(await page.evaluate('document.title')).toBe('CARE: models');
    expect(host.asked).toContain(`GET /v1/models/${encodeURIComponent(hostile)}/history`);
    expect(page.complaints).toEqual([]);
    // Should the page ever try, the browser refuses.
    await expect(page.evaluate(`document.body.innerHTML = '<i></i>'`)).rejects.toThrow(/TrustedHTML/);
  });

  it('works below a folder', async () => {
    host.folder = '/inner/care';
    address = new URL('inner/care/', address).href;
    host.models = [modelDocument()];
    const page = await open();
    await page.until(`document.querySelector('.model') !== null`);
    await expect.poll(() => host.listeners).toBe(1);
    expect(page.complaints).toEqual([]);
  });

  it('says how to add a model when there is none', async () => {
    const page = await open();
    await page.until(`!document.querySelector('#empty').hidden`);
    expect(await page.text('#empty')).toMatch(/No models yet[\s\S]*manifest/);
    host.models = [modelDocument()];
    await page.until(`document.querySelector('#empty').hidden && document.querySelector('.model') !== null`);
  });

  it('says that the server is gone, keeps what it knew and finds it again', async () => {
    host.models = [modelDocument()];
    const page = await open();
    await host.stop();
    await page.until(`document.querySelector('#link').innerText === 'Disconnected'`);
    expect(await page.text('#lost')).toContain('cannot be reached');
    expect(await page.text('.model h2')).toBe('fall-detector');
    await host.listen();
    await page.until(`document.querySelector('#link').innerText === 'Connected'`);
    await page.until(`document.querySelector('#lost').hidden`);
  });

  it('shows why a change was not taken, and what is held', async () => {
    host.models = [modelDocument({ problem, latched: ['1.3.0'] })];
    const page = await open();
    const said = await page.text('.model .problem');
    expect(said).toContain('PROBE_FAILED');
    expect(said).toContain(problem.message);
    expect(said).toContain(problem.remedy);
    expect(await page.text('.model .held')).toContain('1.3.0');
    host.models = [modelDocument()];
    await page.until(`document.querySelector('.model .problem').hidden`);
    expect(await page.evaluate(`document.querySelector('.model .held').hidden`)).toBe(true);
  });

  it('compares versions and tells a difference only where the intervals are apart', async () => {
    const seen = (p95: number, confidence: number): Parameters<typeof metricsOf>[1] => ({
      error_rate: estimate(0.01, 0.01),
      p95: estimate(p95, 0.005),
      mean_confidence: estimate(confidence, 0.05),
    });
    host.models = [
      modelDocument({
        versions: [
          versionDocument('1.3.0', { share: 0.1, metrics: metricsOf([0.05], seen(0.08, 0.84)) }),
          versionDocument('1.2.0', { share: 0.9, metrics: metricsOf([0.05], seen(0.05, 0.8)) }),
        ],
      }),
    ];
    const page = await open();
    expect(await page.text('.verdicts')).toBe('1.3.0 against 1.2.0: slower at p95.');
    const table = '[aria-label="Versions of fall-detector compared"]';
    expect(await page.text(`${table} thead`)).toMatch(/1\.2\.0 \(live\)\s+1\.3\.0 \(live\)/);
    expect(await page.text(`${table} tbody tr:nth-child(3)`)).toContain('75.0 ms to 85.0 ms');
    expect(await page.text(`${table} tbody tr:nth-child(5)`)).toContain('no difference seen');
  });

  it('rolls back after a question that names the target, and asks for the token once', async () => {
    const status = modelDocument({ traffic: { '1.3.0': 1 }, rollback_to: { '1.2.0': 90, '1.1.0': 10 } });
    host.models = [status];
    host.token = 'the right one';
    const page = await open();
    const button = '.model header button';
    await page.click(button);
    expect(await page.text('dialog')).toContain('It will be 1.2.0 (90 %), 1.1.0 (10 %).');
    await page.press('Escape');
    await page.until(`!document.querySelector('dialog').open`);
    expect(host.asked.filter((one) => one.startsWith('POST'))).toEqual([]);

    await page.click(button);
    await page.click('dialog .danger');
    await page.until(`!document.querySelector('.field').hidden`);
    await page.type('a wrong one');
    await page.press('Enter');
    await page.until(`!document.querySelector('dialog .problem').hidden`);
    expect(await page.text('dialog .problem')).toBe('UNAUTHORIZED: The token is wrong. Ask.');
    await page.type('the right one');
    await page.press('Enter');
    await page.until(`!document.querySelector('dialog').open`);
    expect(await page.text('#notice')).toBe('fall-detector was rolled back.');
    expect(host.rolledBack).toEqual(['fall-detector']);
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).toBe('[{},""]');

    await page.click(button);
    await page.click('dialog .danger');
    await page.until(`!document.querySelector('dialog').open`);
    expect(host.rolledBack).toHaveLength(2);
  });

  it.each([
    [409, 'ROLLBACK_UNAVAILABLE', 'there is nothing to go back to'],
    [403, 'ADMIN_DISABLED', 'this server has no admin token'],
  ])('shows why a rollback was refused (%i %s), and asks for no token', async (status, code, message) => {
    host.models = [modelDocument({ rollback_to: { '1.1.0': 1 } })];
    host.refusal = { status, error: { code, message } };
    const page = await open();
    await page.click('.model header button');
    await page.click('dialog .danger');
    await page.until(`!document.querySelector('dialog .problem').hidden`);
    expect(await page.text('dialog .problem')).toBe(`${code}: ${message}`);
    expect(await page.evaluate(`document.querySelector('.field').hidden`)).toBe(true);
  });

  it('offers no rollback where there is nothing to go back to', async () => {
    host.models = [modelDocument()];
    const page = await open();
    expect(await page.text('.model header button')).toBe('Nothing to roll back to');
    expect(await page.evaluate(`document.querySelector('.model header button').disabled`)).toBe(true);
  });

  it('tells changes of state to those who hear the page, and lets go of the stream when it is not seen', async () => {
    host.models = [modelDocument()];
    const page = await open();
    const at = '2026-03-01T10:00:00.000Z';
    const record = deploymentRecord({
      traffic: { '1.3.0': 1 },
      reason: 'registry',
      detail: 'fall-detector.json',
    });
    await expect.poll(() => host.listeners).toBe(1);
    host.emit({ kind: 'switched', model: 'fall-detector', at, generation: 2, record, loadMs: 1 });
    await page.until(`document.querySelector('[aria-live]').innerText !== ''`);
    expect(await page.text('[aria-live]')).toBe(
      'fall-detector: live is now 1.3.0 (registry: fall-detector.json)',
    );
    await page.until(`document.querySelector('#events li') !== null`);
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'))`);
    await expect.poll(() => host.listeners).toBe(0);
  });

  it('can be used by keyboard', async () => {
    host.models = [modelDocument({ rollback_to: { '1.1.0': 1 } })];
    const page = await open();
    await page.press('Tab');
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Roll back to 1.1.0');
    await page.press('Enter');
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Cancel');
    await page.press('Enter');
    await page.until(`!document.querySelector('dialog').open`);
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Roll back to 1.1.0');
  });

  it.each([400, 1280])('fits a window of %i pixels, light and dark', async (width) => {
    host.models = [
      modelDocument({
        id: 'a-model-with-a-name-that-is-rather-long-and-cannot-be-broken-anywhere',
        problem,
        rollback_to: { '1.1.0': 90, '1.0.0': 10 },
        versions: [versionDocument('1.2.0'), versionDocument('1.3.0', { error: problem, state: 'failed' })],
      }),
    ];
    const grounds = [];
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(width, scheme);
      await page.until(`document.querySelector('.model') !== null`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
    expect(grounds[0]).not.toBe(grounds[1]);
  });
});
