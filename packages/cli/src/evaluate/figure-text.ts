/** Three decimals, as such figures are quoted; `-` when there is nothing to measure. */
export function figureText(figure: number | null): string {
  return figure === null ? '-' : figure.toFixed(3);
}

/** `mAP50_95` as people write it: `mAP50-95`. */
export function figureName(key: string): string {
  return key.replace('50_95', '50-95').replaceAll('_', ' ');
}
