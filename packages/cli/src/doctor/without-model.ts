import type { DoctorOptions } from '../commands/doctor.js';
import { usageError } from '../options/usage-error.js';

/** @throws CareError OPTIONS_INVALID for an option that needs `--model` */
export function checkWithoutModel({ image, precision }: DoctorOptions): void {
  const given = image !== undefined ? '--image' : precision === undefined ? undefined : '--precision';
  if (given === undefined) return;
  throw usageError(`${given} says what a model is compared on, and no model is named.`, 'Add --model REF.');
}
