import * as tf from '@tensorflow/tfjs';

/**
 * Builds models whose weights all start as zeros, whatever their layers ask for. To draw the weights of a full-size
 * discriminator takes plain JavaScript 12 seconds, for numbers that counting does not look at; zeros are pages of memory
 * that nobody touches.
 */
export function buildWithZeros<T>(build: () => T): T {
  const { prototype } = tf.layers.Layer;
  // A protected method that all layers, ours and TF.js's own, make their weights with.
  const addWeight: unknown = Reflect.get(prototype, 'addWeight');
  if (typeof addWeight !== 'function') throw new TypeError('Expected layers to have the method addWeight.');
  const INITIALIZER = 3;
  function addZeros(this: tf.layers.Layer, ...settings: unknown[]): unknown {
    return Reflect.apply(
      addWeight as CallableFunction,
      this,
      settings.with(INITIALIZER, tf.initializers.zeros()),
    );
  }
  Reflect.set(prototype, 'addWeight', addZeros);
  try {
    return build();
  } finally {
    Reflect.set(prototype, 'addWeight', addWeight);
  }
}
