import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

it.each([
  ['robflow', ['local-onnx', 'roboflow', 'huggingface'], 'roboflow'],
  ['Roboflow', ['roboflow'], 'roboflow'],
  ['local-onxn', ['local-onnx', 'roboflow'], 'local-onnx'],
  ['xyz', ['local-onnx', 'roboflow'], undefined],
  ['a', [], undefined],
  ['task_typ', ['task_type', 'model_path'], 'task_type'],
])('the nearest of %s among %j is %s', (name, known, nearest) => {
  expect(nearestName(name, known)).toBe(nearest);
});
