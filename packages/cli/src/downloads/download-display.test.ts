import { describe, expect, it } from 'vitest';
import { createDownloadDisplay } from './download-display.js';
import { StreamRecorder } from '../output/stream-recorder.fixture.js';

const MIB = 1024 * 1024;

class Terminal extends StreamRecorder {
  /** What a terminal shows after all that was written. */
  get screen(): string[] {
    const lines = [''];
    const up = '\u001b[1A';
    for (const part of this.text.split(up).flatMap((piece, index) => (index === 0 ? [piece] : [up, piece]))) {
      if (part === up) {
        lines.pop();
        continue;
      }
      for (const [index, line] of part.split('\n').entries()) {
        if (index > 0) lines.push('');
        const drawn = line.split('\r\u001b[2K');
        const before = drawn.length > 1 ? '' : (lines.pop() ?? '');
        if (drawn.length > 1) lines.pop();
        lines.push(before + (drawn.at(-1) ?? ''));
      }
    }
    return lines.filter((line) => line !== '');
  }
}

function displayOn(stream: Terminal) {
  const clock = { now: 0 };
  return { clock, display: createDownloadDisplay(stream, { now: () => clock.now }) };
}

describe('downloads in a terminal', () => {
  it('have a bar each, with bytes, rate and time left', () => {
    const stream = new Terminal(true, 120);
    const { clock, display } = displayOn(stream);
    const one = display.of('coco/3');
    const two = display.of('org/vit');
    one({ artifact: 'weights.onnx', receivedBytes: 0, totalBytes: 48 * MIB });
    two({ artifact: 'model.onnx', receivedBytes: 0 });
    clock.now = 2_000;
    one({ artifact: 'weights.onnx', receivedBytes: 12 * MIB, totalBytes: 48 * MIB });
    clock.now = 3_000;
    two({ artifact: 'model.onnx', receivedBytes: 3 * MIB });
    expect(stream.screen).toEqual([
      `[======                  ] ${'coco/3 weights.onnx'.padEnd(36)} 12.0 MiB of 48.0 MiB 25 %  6.0 MiB/s  6.0 s left`,
      `[                        ] ${'org/vit model.onnx'.padEnd(36)} 3.0 MiB  1.0 MiB/s`,
    ]);
  });

  it('are taken away when they end, and never mix with what is printed', () => {
    const stream = new Terminal(true, 120);
    const { clock, display } = displayOn(stream);
    const listen = display.of('m');
    listen({ artifact: 'a', receivedBytes: 0, totalBytes: 10 });
    listen({ artifact: 'b', receivedBytes: 0, totalBytes: 10 });
    clock.now = 1_000;
    display.around(() => stream.write('a result\n'));
    expect(stream.screen[0]).toBe('a result');
    expect(stream.screen).toHaveLength(3);
    listen({ artifact: 'a', receivedBytes: 10, totalBytes: 10 });
    expect(stream.screen).toHaveLength(2);
    display.stop();
    expect(stream.screen).toEqual(['a result']);
  });

  it('are never wider than it, and no more than eight lines and one', () => {
    const stream = new Terminal(true, 60);
    const { clock, display } = displayOn(stream);
    for (let index = 0; index < 12; index++) {
      clock.now += 200;
      display.of('a/very/long/name/of/a/model')({
        artifact: `file-${index}-\u001b[31m.onnx`,
        receivedBytes: 0,
        totalBytes: 10,
      });
    }
    expect(stream.screen).toHaveLength(9);
    expect(stream.screen.at(-1)).toBe('and 4 more files');
    expect(stream.screen.every((line) => line.length < 60)).toBe(true);
  });

  it('show nothing for a file that is here already', () => {
    const stream = new Terminal(true, 120);
    displayOn(stream).display.of('m')({ artifact: 'a', receivedBytes: 10, totalBytes: 10 });
    expect(stream.text).toBe('');
  });
});

describe('downloads where there is no terminal', () => {
  it('are a line every five seconds and one at the end, with what this run brought', () => {
    const stream = new Terminal(false);
    const { clock, display } = displayOn(stream);
    const listen = display.of('m');
    for (const [now, received] of [
      [0, 10],
      [4_000, 20],
      [6_000, 30],
      [7_000, 31],
      [10_000, 50],
    ] as const) {
      clock.now = now;
      listen({ artifact: 'a', receivedBytes: received * MIB, totalBytes: 50 * MIB });
    }
    expect(stream.text).toBe(
      'm a: 30.0 MiB of 50.0 MiB 60 %  5.0 MiB/s  4.0 s left\nm a: downloaded 40.0 MiB in 10.0 s\n',
    );
  });

  it('start over without a negative rate', () => {
    const stream = new Terminal(false);
    const { clock, display } = displayOn(stream);
    const listen = display.of('m');
    listen({ artifact: 'a', receivedBytes: 40 * MIB, totalBytes: 50 * MIB });
    clock.now = 6_000;
    listen({ artifact: 'a', receivedBytes: 0, totalBytes: 50 * MIB });
    expect(stream.text).toBe('m a: 0 B of 50.0 MiB 0 %\n');
  });
});
