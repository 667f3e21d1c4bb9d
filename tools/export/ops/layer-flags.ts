import type * as tf from '@tensorflow/tfjs';

/** Whether an option of the layer, such as `returnSequences`, is switched on. */
export function flagOption(layer: tf.layers.Layer, name: string): boolean {
  return layer.getConfig()[name] === true || (name in layer && Reflect.get(layer, name) === true);
}
