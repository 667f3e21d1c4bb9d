import type { Manifest } from '../bundle/index.js';
import type { Device, PassedOverDevice } from '../runtime/device.js';

/** What a loaded model is. */
export interface ModelInfo {
  name: string;
  architecture: Manifest['architecture'];
  /** Whether it draws what a text says. */
  conditional: boolean;
  /** Where the bundle lies. */
  location: string;
  device: Device;
  /** What the device is made of, as far as the system tells. */
  adapter: string | undefined;
  /** The devices that were tried before it, each with the reason why it was not taken. */
  passedOver: PassedOverDevice[];
  /** What makes it slower than it could be, and what to do about it. */
  notes: string[];
  /** Width and height in pixels of the picture that each stage gives; the last is the result's. */
  sizes: number[];
  /** How many words it knows, and how many of a prompt it reads; undefined for one that reads characters, or nothing. */
  vocabularyWords: number | undefined;
  maxWords: number | undefined;
  /** How many numbers z and each eps have, and how many eps a picture takes. */
  noise: { zDim: number; epsDim: number; epsCount: number };
  /** Whether it can score and rank. */
  canScore: boolean;
  /** How the weights are stored. */
  precision: Manifest['precision'];
  /** Data set, licence, preset, steps and seed of its training. */
  training: Manifest['training'];
}
