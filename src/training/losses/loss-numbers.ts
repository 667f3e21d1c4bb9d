import * as tf from '@tensorflow/tfjs';
import { suspendTape } from '../backend/suspend-tape.js';

/** What a training step says of itself: numbers by name, means over the batch. */
export type LossNumbers = Readonly<Record<string, number>>;

/**
 * The values of scalars by name, read at once. Those that are undefined, terms that a model does not have, are left out.
 * May be called while a gradient is being recorded.
 */
export function lossNumbers<Name extends string>(
  terms: Readonly<Record<Name, tf.Tensor>>,
): Record<Name, number>;
export function lossNumbers(terms: Readonly<Record<string, tf.Tensor | undefined>>): Record<string, number>;
export function lossNumbers(terms: Readonly<Record<string, tf.Tensor | undefined>>): Record<string, number> {
  const present = Object.entries(terms).filter(
    (entry): entry is [string, tf.Tensor] => entry[1] !== undefined,
  );
  if (present.length === 0) return {};
  const values = suspendTape(() =>
    tf.tidy(() => tf.stack(present.map(([, scalar]) => scalar.reshape([]))).dataSync()),
  );
  return Object.fromEntries(present.map(([name], index) => [name, values[index] ?? Number.NaN]));
}

/** The losses of a discriminator, or of a generator before it, at one size of picture. */
export interface ScaleLosses {
  /** Side of the pictures, pixels. */
  side: number;
  losses: LossNumbers;
}

/** Losses of several scales in one record, under names that end in the pictures' side: `real64`. */
export function namedByScale(scales: readonly ScaleLosses[]): LossNumbers {
  return Object.fromEntries(
    scales.flatMap(({ side, losses }) =>
      Object.entries(losses).map(([name, value]) => [`${name}${side}`, value]),
    ),
  );
}

/** The sum of what all scales have under one name. */
export function sumOverScales(scales: readonly ScaleLosses[], name: string): number {
  return scales.reduce((sum, { losses }) => sum + (losses[name] ?? 0), 0);
}
