import { expect, it } from 'vitest';
import { openVinoOptionsSchema } from './options.js';
import { possibleDevices } from './possible-devices.js';

const possible = (options: object, files: readonly string[], platform: NodeJS.Platform = 'linux') =>
  possibleDevices(openVinoOptionsSchema.parse(options), platform, (path) => files.includes(path));

it('leaves out what no file speaks for, the preferred ones first', () => {
  expect(possible({}, [])).toEqual(['cpu']);
  expect(possible({ devices: ['auto', 'npu', 'cpu'] }, [])).toEqual(['auto', 'cpu']);
  expect(possible({}, ['/dev/dri'])).toEqual(['cpu', 'gpu', 'auto']);
  expect(possible({ devices: ['npu', 'gpu.1'] }, ['/dev/dri', '/dev/accel'])).toEqual([
    'npu',
    'gpu.1',
    'gpu',
    'cpu',
    'auto',
  ]);
  expect(possible({}, [], 'win32')).toEqual(['cpu', 'gpu', 'npu', 'auto']);
});
