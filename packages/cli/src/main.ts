import { stopOnSignals } from './stop-on-signals.js';

const stop = stopOnSignals(process);
const { run } = await import('./run.js');
const ending = { whenStopped: false };
const exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: stop.signal,
  endsWhenStopped: () => (ending.whenStopped = true),
});
process.exitCode = ending.whenStopped ? exitCode : (stop.exitCode ?? exitCode);
