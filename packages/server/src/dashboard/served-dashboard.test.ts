import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelsFolder, picture, TOKEN } from '../served-models.fixture.js';
import { findChromium, HeadlessChromium, SKIPPED } from './headless-chromium.fixture.js';
import type { Page } from './page.fixture.js';

const executable = findChromium();

describe.skipIf(executable === undefined)(
  `the dashboard of a server with models${executable === undefined ? SKIPPED : ''}`,
  { timeout: 120_000 },
  () => {
    let browser: HeadlessChromium;
    let folder: ModelsFolder;
    let url: string;
    let page: Page;
    beforeAll(async () => {
      browser = new HeadlessChromium(executable ?? '');
      folder = new ModelsFolder();
      folder.detector('boxes', { version: '1.0.0', width: 32 });
      ({ url } = await folder.serve({ adminToken: TOKEN }));
      page = await browser.openPage(1280, 900);
      await page.goto(`${url}/`);
      await page.until(`document.querySelector('.model') !== null`);
    }, 120_000);
    afterAll(async () => {
      await browser.close();
      await folder[Symbol.asyncDispose]();
    });

    const rows = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('[aria-label="Versions of boxes"] tbody tr')]
        .map((row) => [0, 1, 2, 3, 6].map((cell) => row.children[cell].querySelector('span').innerText))`);
    const until = (what: unknown): Promise<void> => expect.poll(rows, { timeout: 60_000 }).toEqual(what);
    const ask = async (times: number): Promise<void> => {
      const body = await picture();
      for (let time = 0; time < times; time++) {
        const answer = await fetch(`${url}/v1/models/boxes/predict`, {
          method: 'POST',
          headers: { 'content-type': 'image/png' },
          body,
        });
        expect(answer.status).toBe(200);
      }
    };

    it('shows what is served, and draws the traffic', async () => {
      await until([['1.0.0', 'ready', 'live', '100 %', '0']]);
      await ask(12);
      await until([['1.0.0', 'ready', 'live', '100 %', '12']]);
      await page.until(`document.querySelectorAll('.chart path.line[d*=L]').length >= 1`);
      expect(page.complaints).toEqual([]);
    });

    it('follows a change of files, and compares', async () => {
      folder.detector('boxes', { version: '1.1.0', width: 16 });
      folder.write(
        'models/boxes.deployment.json',
        JSON.stringify({ model_id: 'boxes', traffic: { '1.0.0': 50, '1.1.0': 50 } }),
      );
      await page.until(`document.querySelector('.traffic-bar').innerText.includes('1.1.0 50 %')`, 60_000);
      await ask(40);
      await page.until(`document.querySelector('.verdicts').innerText.includes('against')`);
      expect(await page.text('[aria-label="Versions of boxes compared"] tbody tr:nth-child(5)')).toContain(
        '0.900',
      );
      await page.until(`document.querySelector('#events').innerText.includes('live is now 1.0.0 (50 %)')`);
    });

    it('rolls back with the token of the administrator', async () => {
      await page.click('.model header button');
      await page.click('dialog .danger');
      await page.until(`!document.querySelector('.field').hidden`);
      await page.type(TOKEN);
      await page.press('Enter');
      await page.until(`!document.querySelector('dialog').open`);
      await page.until(`document.querySelector('.held').innerText.includes('1.1.0')`);
      await page.until(
        `document.querySelector('.deployments tbody').innerText.includes('asked for on the dashboard')`,
      );
      await ask(3);
      expect(page.complaints).toEqual([
        // The browser's own note of the answer that asked for the token.
        expect.stringContaining('401'),
      ]);
    });
  },
);
