/** Ground truth of one class; `image` is the place of its image in the order of all images. */
export interface PreparedTruth<Shape> {
  readonly image: number;
  readonly ignored: boolean;
  readonly crowd: boolean;
  readonly area: number;
  readonly shape: Shape;
}

export interface PreparedDetection<Shape> {
  readonly image: number;
  readonly score: number;
  readonly area: number;
  readonly shape: Shape;
}

/** How alike a detection and a true object are, 0..1: IoU or OKS. */
export type Similarity<Found, True> = (detection: Found, truth: PreparedTruth<True>) => number;
