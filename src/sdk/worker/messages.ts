import type { ChosenDevice, DeviceChoice } from '../runtime/device.js';
import type { PlaceOptions, TensorValue, ValueDescription } from '../runtime/platform.js';
import type { TransferredError } from './transfer-error.js';

/** A result that the worker holds, by a number. */
export interface TensorReference {
  held: number;
  dims: readonly number[];
}

/** What graphs take and give, on its way. */
export type SentValue = TensorValue | TensorReference;

export type SentValues = ReadonlyMap<string, SentValue>;

/** What a worker can be asked to do, and the answer to each. */
export interface Calls {
  open: {
    request: { device: DeviceChoice; threads: number | undefined };
    answer: Pick<ChosenDevice, 'device' | 'adapter' | 'passedOver' | 'notes'>;
  };
  createSession: {
    /** `session` is the number by which later calls name it. */
    request: { session: number; graph: Uint8Array; place: PlaceOptions };
    answer: { inputs: readonly ValueDescription[]; outputs: readonly ValueDescription[] };
  };
  run: {
    request: {
      session: number;
      feeds: SentValues;
      outputs: readonly string[] | undefined;
    };
    answer: SentValues;
  };
  /** Frees what is held by that number. */
  release: { request: { held: number }; answer: undefined };
  disposeSession: { request: { session: number }; answer: undefined };
}

export type CallKind = keyof Calls;

/** A call on its way to the worker; `id` is given back with the answer. */
export type CallMessage = {
  [Kind in CallKind]: { id: number; kind: Kind; request: Calls[Kind]['request'] };
}[CallKind];

/** The answer on its way back. */
export type AnswerMessage =
  | { id: number; answer: Calls[CallKind]['answer'] }
  | { id: number; error: TransferredError };
