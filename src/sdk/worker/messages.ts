import type { ChosenDevice, DeviceChoice } from '../runtime/device.js';
import type { TensorValue, ValueDescription } from '../runtime/platform.js';
import type { TransferredError } from './transfer-error.js';

/** What a worker can be asked to do, and the answer to each. */
export interface Calls {
  open: {
    request: { device: DeviceChoice; threads: number | undefined };
    answer: Pick<ChosenDevice, 'device' | 'adapter' | 'passedOver' | 'notes'>;
  };
  createSession: {
    /** `session` is the number by which later calls name it. */
    request: { session: number; graph: Uint8Array; onProcessor: boolean };
    answer: { inputs: readonly ValueDescription[]; outputs: readonly ValueDescription[] };
  };
  run: {
    request: {
      session: number;
      feeds: ReadonlyMap<string, TensorValue>;
      outputs: readonly string[] | undefined;
    };
    answer: ReadonlyMap<string, TensorValue>;
  };
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
