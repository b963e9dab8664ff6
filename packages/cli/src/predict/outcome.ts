import type { Prediction } from '@care/model-manager';

/** What became of one picture. */
export type Outcome =
  | {
      /** Path as given or expanded. */
      readonly image: string;
      readonly prediction: Prediction;
      /** Path of the annotated picture. */
      readonly saved?: string;
    }
  | { readonly image: string; readonly error: unknown };

/** Prints outcomes in one form; called in the order of the pictures. */
export interface OutcomePrinter {
  image(outcome: Outcome): void;
  /** After the last one, also when the command was interrupted. */
  end(): void;
}
