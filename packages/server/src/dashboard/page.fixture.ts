import { setTimeout as sleep } from 'node:timers/promises';

type Send = (method: string, params?: object) => Promise<unknown>;

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/** A page in a real browser. */
export class Page {
  /** Uncaught exceptions and what the browser logs as an error: refused by the policy, not found, ... */
  readonly complaints: string[] = [];
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Takes an event of the protocol. */
  heard(method: string, params: unknown): void {
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') {
      this.complaints.push(JSON.stringify(params));
    }
  }

  async prepare(width: number, height: number, scheme: 'light' | 'dark'): Promise<void> {
    await this.#send('Page.enable');
    await this.#send('Runtime.enable');
    await this.#send('Log.enable');
    await this.#send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await this.#send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  }

  async goto(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
    await this.until(
      `document.readyState === 'complete' && location.href.startsWith(${JSON.stringify(url)})`,
    );
  }

  /** The value of an expression in the page, awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as Evaluated;
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression: string, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while ((await this.evaluate(`Boolean(${expression})`)) !== true) {
      if (Date.now() > deadline) {
        const seen = await this.evaluate('document.body.innerText');
        throw new Error(
          `Not so after ${String(milliseconds)} ms: ${expression}\nThe page says:\n${String(seen)}`,
        );
      }
      await sleep(50);
    }
  }

  /** What a reader sees of the first element that matches. */
  async text(selector: string): Promise<string> {
    return String(
      await this.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`),
    );
  }

  /** Presses the mouse on the middle of an element, as a user does. */
  async click(selector: string): Promise<void> {
    const place = (await this.evaluate(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: 'center' });
      const box = element.getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    })()`)) as { x: number; y: number };
    const press = { ...place, button: 'left', clickCount: 1 };
    await this.#send('Input.dispatchMouseEvent', { type: 'mousePressed', ...press });
    await this.#send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...press });
  }

  async movePointer(x: number, y: number): Promise<void> {
    await this.#send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  }

  async type(text: string): Promise<void> {
    await this.#send('Input.insertText', { text });
  }

  async press(key: 'Enter' | 'Tab' | 'Escape'): Promise<void> {
    const codes = { Enter: 13, Tab: 9, Escape: 27 };
    const event = {
      key,
      code: key,
      windowsVirtualKeyCode: codes[key],
      ...(key === 'Enter' ? { text: '\r' } : {}),
    };
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /** The whole page as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = (await this.#send('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: true,
    })) as { data: string };
    return Buffer.from(data, 'base64');
  }
}
