import { describe, expect, it } from 'vitest';
import { createProgress, describeProgress } from './progress.js';
import { StreamRecorder } from './stream-recorder.fixture.js';

describe('progress', () => {
  it('tells count, rate and what is left', () => {
    expect(describeProgress(16, 64, 'images', 4000)).toBe('16/64 images 25 %  4.0/s  12.0 s left');
    expect(describeProgress(0, 64, 'images', 0)).toBe('0/64 images 0 %');
    expect(describeProgress(64, 64, 'images', 8000)).toBe('64/64 images 100 %  8.0/s  done');
  });

  it('draws a bar in a terminal, never wider than it, and takes it away', () => {
    let now = 0;
    const stream = new StreamRecorder(true, 40);
    const progress = createProgress(stream, { total: 4, unit: 'images', now: () => now });
    now = 1000;
    progress.tick();
    progress.stop();
    const drawings = stream.text.split('\r\u001b[2K');
    expect(drawings.at(-2)).toBe('[======                  ] 1/4 images 2');
    expect(drawings.every((line) => line.length < 40)).toBe(true);
    expect(drawings.at(-1)).toBe('');
  });

  it('redraws at most ten times a second', () => {
    const stream = new StreamRecorder(true);
    const progress = createProgress(stream, { total: 100, unit: 'images', now: () => 0 });
    for (let i = 0; i < 100; i++) progress.tick();
    expect(stream.text.split('\r').length).toBe(2);
  });

  it('never mixes the bar with what is printed', () => {
    const stream = new StreamRecorder(true);
    const progress = createProgress(stream, { total: 2, unit: 'images', now: () => 0 });
    stream.text = '';
    progress.around(() => stream.write('a result\n'));
    expect(stream.text.startsWith('\r\u001b[2Ka result\n\r\u001b[2K[')).toBe(true);
  });

  it('writes an occasional plain line where there is no terminal', () => {
    let now = 0;
    const stream = new StreamRecorder(false);
    const progress = createProgress(stream, { total: 5, unit: 'images', now: () => now });
    for (now of [1000, 6000, 7000, 12_000, 20_000]) progress.tick();
    progress.stop();
    expect(stream.text).toBe('2/5 images 40 %  0.3/s  9.0 s left\n4/5 images 80 %  0.3/s  3.0 s left\n');
  });
});
