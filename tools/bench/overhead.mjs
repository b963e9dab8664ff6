// What CARE adds to a bare `session.run` in each of the four tasks, and whether the host's event loop stays free meanwhile.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { BENCHED_TASKS } from './overhead/benched-tasks.mjs';
import { FRAME_HEIGHT, FRAME_WIDTH } from './overhead/camera-frame.mjs';
import { measureTask } from './overhead/measure-task.mjs';
import { printOverheadTable } from './overhead/overhead-table.mjs';
import { rounded } from './overhead/statistics.mjs';

/**
 * @param {{ rounds?: number, warmup?: number, threads?: number, isolation?: 'thread' | 'process', tasks?: string, pause?: number }} options
 * `tasks` is a list with commas, all by default; `pause` milliseconds before each measurement.
 * @returns figures: for each task, `ratio` is the median predict time over the median run time, `overhead_ms` their difference;
 * `ratio_with_transfer` is the ratio when the caller gives its frame away instead of having it copied; the stages are medians of what each
 * prediction reports. `loop_p99_ms` is the 99th percentile of Node's event-loop delay histogram (resolution 1 ms) over load and
 * all predictions, of the worst task; the histogram counts the time between ticks of a 1 ms timer, so an idle loop reads
 * about 1 ms (`idle_loop_p99_ms`), and nothing is subtracted.
 */
async function run(options = {}) {
  const { rounds = 60, warmup = 8, threads = availableParallelism(), isolation = 'thread' } = options;
  const { tasks = Object.keys(BENCHED_TASKS).join(','), pause: pauseMs = 50 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'care-bench-overhead-'));
  const loadBefore = loadavg()[0];
  const idle = await idleLoopDelay();
  const figures = {};
  try {
    for (const name of tasks.split(',')) {
      const task = BENCHED_TASKS[name];
      if (task === undefined) throw new Error(`no task "${name}"; there are ${Object.keys(BENCHED_TASKS)}`);
      figures[name] = await measureTask(task, { rounds, warmup, threads, isolation, pauseMs, folder });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const worst = (figure) => Math.max(...Object.values(figures).map((measured) => measured[figure]));
  return {
    ...figures,
    loop_p99_ms: worst('loop_p99_ms'),
    loop_max_ms: worst('loop_max_ms'),
    idle_loop_p99_ms: idle,
    rounds,
    threads,
    isolation,
    load_average: [rounded(loadBefore), rounded(loadavg()[0])],
  };
}

async function idleLoopDelay() {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await pause(500);
  loop.disable();
  return rounded(loop.percentile(99) / 1e6);
}

export default {
  name: 'overhead',
  description: `predict of a ${FRAME_WIDTH}x${FRAME_HEIGHT} raw frame over a bare session.run in four tasks, and the host's event-loop delay`,
  run,
  print: printOverheadTable,
};
