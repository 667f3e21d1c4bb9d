import type { ErrorCode } from '../errors.js';
import type { GraphSession, SessionOptions } from './graph-session.js';

/** Where graphs run; `auto` tries them in this order. */
export const DEVICES = ['cuda', 'webgpu', 'cpu', 'wasm'] as const;

export type Device = (typeof DEVICES)[number];

/** A device, or `auto` for the first that works. */
export type DeviceChoice = Device | 'auto';

/** All there is to choose from. */
export const DEVICE_CHOICES = ['auto', ...DEVICES] as const satisfies readonly DeviceChoice[];

/** A device that `auto` passed over, and why. */
export interface PassedOverDevice {
  device: Device;
  code: ErrorCode;
  message: string;
}

/** A device that has been seen to work. */
export interface OpenDevice {
  readonly device: Device;
  /** What it is made of, as far as the system tells: a processor's, driver's or card's name. */
  readonly adapter: string | undefined;
  /** Why `auto` should rather not take it although it works; undefined for a device like any other. */
  readonly drawback?: string | undefined;
  /** What makes it slower than it could be, and what to do about it. */
  readonly notes?: readonly string[] | undefined;
  /**
   * Loads a graph.
   * @throws WordbrushError RUNTIME_MISSING; ONNX Runtime's own error if the bytes are no graph that it can run.
   */
  createSession(graph: Uint8Array, options?: SessionOptions): Promise<GraphSession>;
}

/** The device in use, and those that were passed over on the way to it. */
export interface ChosenDevice extends OpenDevice {
  readonly passedOver: readonly PassedOverDevice[];
}
