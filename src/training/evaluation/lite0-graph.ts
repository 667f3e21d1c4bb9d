import * as tf from '@tensorflow/tfjs';
import { convert } from '../../../tools/export/index.js';
import { POOLED_FEATURES } from '../encoders/efficientnet-lite0/architecture.js';
import { LITE0_WEIGHTS_SHA256, loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import type { FeatureGraph } from './feature-network.js';

/** Side that EfficientNet-Lite0 was trained at, pixels. */
const SIDE = 224;
const CLASSES = 1000;

/**
 * EfficientNet-Lite0 with its ImageNet weights, from picture to pooled features and logits, written as ONNX by our exporter.
 * @throws WordbrushError FILE_MISSING, WEIGHTS_INVALID
 */
export async function lite0Graph(): Promise<FeatureGraph> {
  const network = await loadEfficientNetLite0({ size: SIDE });
  try {
    const [, pooled, logits] = network.outputs;
    if (pooled === undefined || logits === undefined) {
      throw new TypeError('Expected EfficientNet-Lite0 to give regions, pooled features and logits.');
    }
    const model = tf.model({ inputs: network.inputs, outputs: [pooled, logits], name: network.name });
    const { bytes } = convert(model, {
      inputs: [{ name: 'image', layout: 'nchw' }],
      outputs: [{ name: 'pooled' }, { name: 'logits' }],
    });
    return {
      name: 'EfficientNet-Lite0',
      bytes,
      weightsSha256: LITE0_WEIGHTS_SHA256,
      side: SIDE,
      pixels: { middle: 127, halfRange: 128 },
      features: POOLED_FEATURES,
      classes: CLASSES,
    };
  } finally {
    network.dispose();
  }
}
