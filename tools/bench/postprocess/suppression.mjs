import { seededNormals } from '../overhead/models/seeded-random.mjs';

/** Overlapping boxes in clusters, as unsure anchors around objects are: twelve boxes for each place, five classes. */
export function suppressionOf(count) {
  const normal = seededNormals(count);
  const [boxes, scores, classIds] = [[], [], []];
  const places = Array.from({ length: Math.ceil(count / 12) }, () => [
    320 + 150 * normal(),
    320 + 150 * normal(),
  ]);
  for (let index = 0; index < count; index++) {
    const [x, y] = places[index % places.length].map((value) => value + 4 * normal());
    const [width, height] = [60 + 10 * normal(), 60 + 10 * normal()].map((value) => Math.max(4, value));
    boxes.push(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    scores.push(1 / (1 + Math.exp(-normal())));
    classIds.push((index % places.length) % 5);
  }
  return {
    boxes: { boxes, scores, classIds },
    options: { iou: 0.45, classAgnostic: false, maxDetections: 300 },
  };
}
