import { drawPredictions, taskFor, worstFirst, type EvaluatedImage, type ImageScore } from '@care/vision';
import type { EvalOutcome } from '../eval-outcome.js';
import { html, type Html } from './html.js';

/** Pixels of the longer side: enough to judge, small enough for a file that is mailed. */
const SIDE = 640;
const JPEG_QUALITY = 80;

/** The worst pictures, each drawn with the truth beside what the model says. */
export async function worstPictures(
  outcome: EvalOutcome,
  count: number,
  signal: AbortSignal,
): Promise<readonly Html[]> {
  const byId = new Map(outcome.images.map((image) => [image.id, image]));
  const worst = worstFirst(outcome.evaluation.images)
    .filter(({ mistakes }) => mistakes > 0)
    .slice(0, count);
  const pairs: Html[] = [];
  for (const score of worst) {
    signal.throwIfAborted();
    const image = byId.get(score.id);
    if (image !== undefined) pairs.push(await pair(image, score, outcome));
  }
  return pairs;
}

async function pair(image: EvaluatedImage, score: ImageScore, outcome: EvalOutcome): Promise<Html> {
  const { package: model, workingConfidence } = outcome;
  const { evaluation: evaluator } = taskFor(model.task);
  const facts = { classNames: model.classNames, keypoints: model.keypoints, confidence: workingConfidence };
  const isClass = evaluator.truth === 'class';
  const shown = isClass
    ? image.predictions
    : image.predictions.filter(({ confidence }) => confidence >= workingConfidence);
  const draw = async (predictions: EvaluatedImage['predictions'], confidences: boolean): Promise<string> => {
    const drawn = await drawPredictions(
      { kind: 'path', path: image.path },
      { task: model.task, predictions },
      { format: 'jpeg', quality: JPEG_QUALITY, maxSide: SIDE, confidences, keypoints: model.keypoints },
    );
    return `data:image/jpeg;base64,${drawn.toString('base64')}`;
  };
  const truth = await draw(evaluator.asPredictions(image.truths, facts), false);
  const predicted = await draw(shown, true);
  const from = isClass ? '' : `, confidence from ${workingConfidence}`;
  return html`<article class="pair">
    <header>
      <b>${image.name}</b><span>${score.note}</span><span class="faint">score ${score.score.toFixed(2)}</span>
    </header>
    <div class="both">
      <figure>
        <img src="${truth}" alt="Ground truth of ${image.name}" />
        <figcaption>ground truth</figcaption>
      </figure>
      <figure>
        <img src="${predicted}" alt="Prediction for ${image.name}" />
        <figcaption>prediction${from}</figcaption>
      </figure>
    </div>
  </article>`;
}
