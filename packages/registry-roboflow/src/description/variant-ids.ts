/** Forms of weights, the one that runs everywhere first. int8 is for those who ask for it. */
const PRECISIONS = ['fp32', 'unknown', 'fp16', 'bf16', 'int8'];

export function precisionRank(precision: string): number {
  const rank = PRECISIONS.indexOf(precision);
  return rank < 0 ? PRECISIONS.length : rank;
}

interface NamedForm {
  readonly packageId: string;
  readonly precision: string;
  readonly batch: number | undefined;
}

/**
 * `onnx-fp32`, `onnx-fp16-batch8` for a fixed number of images a run. Where that names several, the package's id follows, so that an id
 * means the same whatever else is on offer at the moment.
 */
export function variantIds(forms: readonly NamedForm[]): readonly string[] {
  const plain = forms.map(
    ({ precision, batch }) => `onnx-${precision}${batch === undefined ? '' : `-batch${batch}`}`,
  );
  return plain.map((id, index) => {
    const alone = plain.filter((other) => other === id).length === 1;
    return alone ? id : `${id}-${forms[index]?.packageId ?? index}`;
  });
}
