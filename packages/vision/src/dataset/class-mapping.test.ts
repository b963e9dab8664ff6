import { describe, expect, it } from 'vitest';
import { careError } from '../tasks/detection/outputs.fixture.js';
import { mapClasses } from './class-mapping.js';

const named = (...names: string[]) => names.map((name, id) => ({ id, names: [name] }));
const idsOf = (...args: Parameters<typeof mapClasses>): unknown => [...mapClasses(...args).byId];

describe('classes of data set and model', () => {
  it('are matched by name, whatever the order, case and spacing', () => {
    expect(idsOf(named('Traffic_Light', 'CAT'), ['cat', 'dog', 'traffic light'])).toEqual([
      [0, 2],
      [1, 0],
    ]);
  });

  it('are matched by WordNet id and by synonym', () => {
    const model = ['n01440764 tench', 'great white shark, white shark', 'n02012849 crane'];
    const classes = [
      { id: 0, names: ['n02012849', 'bird'] },
      { id: 1, names: ['white_shark'] },
      { id: 2, names: ['tench'] },
    ];
    expect(idsOf(classes, model)).toEqual([
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
  });

  it('of one name for several are told apart by their number, or refused', () => {
    const model = ['crane', 'dog', 'crane'];
    expect(idsOf([{ id: 2, names: ['crane'] }], model)).toEqual([[2, 2]]);
    const error = careError(() => mapClasses([{ id: 1, names: ['crane'] }], model));
    expect([error.code, error.message]).toEqual(['INPUT_INVALID', expect.stringContaining('0 (crane), 2')]);
  });

  it.each([
    ['the data set', [{ id: 1, names: [] }], ['cat', 'dog']],
    ['the model', named('a', 'b').slice(1), ['class_0', 'class_1']],
  ])('are matched by number when %s has no names', (_, classes, model) => {
    expect(idsOf(classes, model)).toEqual([[1, 1]]);
  });

  it('that the model does not have are told', () => {
    const { byId, unknown } = mapClasses(named('cat', 'unicorn'), ['dog', 'cat']);
    expect([[...byId], unknown]).toEqual([[[0, 1]], [{ id: 1, names: ['unicorn'] }]]);
  });

  it.each([
    [named('unicorn', 'griffin'), ['cat', 'dog']],
    [[{ id: 80, names: [] }], ['cat', 'dog']],
  ])('that have nothing in common are an error', (classes, model) => {
    const error = careError(() => mapClasses(classes, model));
    expect([error.code, error.message]).toEqual(['INPUT_INVALID', expect.stringContaining('cat, dog')]);
  });
});
