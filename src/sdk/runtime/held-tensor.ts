import type { TensorValue } from './tensor-value.js';

/**
 * A result that stays where it was computed, in the memory of a graphics card, for another session of the same runtime
 * to take. Whoever received it disposes of it.
 */
export interface HeldTensor {
  /** Its values are not here; what tells it from a {@link TensorValue}. */
  readonly data: undefined;
  readonly dims: readonly number[];
  /** Frees its memory, once what uses it is done. May be called again, and never fails. */
  dispose(): void;
}

/** What graphs take and give. */
export type GraphValue = TensorValue | HeldTensor;

export function isHeld(value: GraphValue): value is HeldTensor {
  return value.data === undefined;
}

/** A held tensor is gone with the device or worker that held it: what made it has to run again. */
export class HeldTensorLost extends Error {
  override readonly name = 'HeldTensorLost';

  constructor() {
    super('a result that was held on the device is lost');
  }
}
