import type * as tf from '@tensorflow/tfjs';
import type { Comparison } from '../compare-with-onnx.js';

/** A layer class that the exporter converts: small models that show it, each compared with ONNX Runtime. */
export interface LayerExample {
  readonly className: string;
  /** What of the layer is converted, for the table in the docs. */
  readonly covers: string;
  /** Together they have every ONNX operator that the layer may become. */
  readonly models: readonly (() => tf.LayersModel)[];
  readonly comparison?: Comparison;
}

/** A layer class that TF.js has and the exporter does not convert. */
export interface RefusedLayer {
  readonly className: string;
  readonly reason: string;
}
