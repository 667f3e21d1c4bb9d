import type { BundleFiles } from '../bundle/bundle-files.js';
import type { ModelSource } from '../bundle/sources/model-source.js';
import type { Device, DeviceChoice, PassedOverDevice } from './device.js';
import type { GraphSession, PlaceOptions } from './graph-session.js';

export type { Device } from './device.js';

export type {
  GraphSession,
  PlaceOptions,
  SessionOptions,
  ValueDescription,
} from './graph-session.js';

export type { GraphValue, HeldTensor } from './held-tensor.js';

export type { TensorValue } from './tensor-value.js';

/** What runs the graphs of one model: here, in a worker or in a browser. */
export interface Runtime {
  readonly device: Device;
  /** What the device is made of, as far as the system tells. */
  readonly adapter: string | undefined;
  /** The devices that were tried before it, each with the reason why it was not taken. */
  readonly passedOver: readonly PassedOverDevice[];
  /** How many runs of graphs it does at once. */
  readonly lanes: number;
  /** What makes it slower than it could be, and what to do about it. */
  readonly notes: readonly string[];
  /** @throws WordbrushError RUNTIME_MISSING; anything else if the bytes are no graph. */
  createSession(graph: Uint8Array, options?: PlaceOptions): Promise<GraphSession>;
  /** Called once, after the sessions were disposed of. */
  dispose(): Promise<void>;
}

/** How a model's graphs are to run. */
export interface RuntimeOptions {
  device: DeviceChoice;
  /**
   * How many workers, each with graphs of its own, run them off this thread; 0 runs them on it. Undefined leaves it to
   * the platform.
   */
  workers: number | undefined;
  /** In a browser the URL of the folder that `wordbrush copy-assets` filled; undefined for the place it usually has. */
  assets: string | undefined;
}

/** Writes a file whole or not at all. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

/** Compresses with zlib framing. */
export type Deflate = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Formats beside PNG, which wordbrush writes itself. */
export type LossyFormat = 'jpeg' | 'webp' | 'avif';

/** Pixels in memory: RGBA, 4 bytes a pixel, row by row from the top left. */
export interface Pixels {
  data: Uint8ClampedArray<ArrayBuffer>;
  /** In pixels. */
  width: number;
  height: number;
}

/** Reading, writing and changing picture files; what of it needs a package that is missing says so. */
export interface ImageFiles {
  /**
   * Decodes the first picture of a file, upright, 8 bits a channel in sRGB, on white where it is transparent.
   * @param source a path, the bytes of a file, or an object of the package sharp.
   * @param signal when aborted, a picture that is yet to come is not waited for.
   * @throws WordbrushError IMAGE_INVALID, PACKAGE_MISSING, ABORTED.
   */
  decode(source: unknown, signal?: AbortSignal): Promise<Pixels>;
  /** @param quality 1 to 100. @throws WordbrushError PACKAGE_MISSING. */
  encode(pixels: Pixels, format: LossyFormat, quality: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Resamples to another size. @throws WordbrushError PACKAGE_MISSING. */
  resize(pixels: Pixels, width: number, height: number): Promise<Pixels>;
  /** Compresses with zlib framing. @default the web platform's CompressionStream */
  readonly deflate?: Deflate;
  /** @throws WordbrushError OUTPUT_NOT_WRITABLE. */
  readonly write: WriteFile;
}

/** What a model is loaded for. */
export type ModelPurpose = 'drawing' | 'scoring';

/** All that differs between Node and a browser. */
export interface Platform {
  /**
   * @param source undefined for the model that comes with the package: the one that draws, or the one that scores.
   * @throws WordbrushError MODEL_NOT_FOUND, NETWORK, MANIFEST_INVALID, MANIFEST_VERSION, INVALID_OPTION, ABORTED.
   */
  openBundle(
    source: ModelSource | undefined,
    options: { purpose: ModelPurpose; signal: AbortSignal | undefined; assets: string | undefined },
  ): Promise<BundleFiles>;
  /**
   * What a model's graphs are to run in.
   * @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING, WORKER_LOST.
   */
  openRuntime(options: RuntimeOptions): Promise<Runtime>;
  readonly images: ImageFiles;
  /** Tells the developer of a mistake that must not stop the work. */
  warn(message: string): void;
}
