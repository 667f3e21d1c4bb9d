import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from './native-backend.js';

/**
 * Gives ReLU, ReLU6 and leaky ReLU TensorFlow's own gradient operators, one pass over the map each; TF.js composes them of
 * a comparison, a selection and a product. Where another backend is in use the composed form stays.
 */
export function registerRectifierGradients(): void {
  for (const [kernelName, operator] of [
    ['Relu', 'ReluGrad'],
    ['Relu6', 'Relu6Grad'],
    ['LeakyRelu', 'LeakyReluGrad'],
  ] as const) {
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, saved, attributes) => {
        const [x] = saved;
        if (Array.isArray(dy) || x === undefined)
          throw new TypeError(`Expected one gradient of ${kernelName}.`);
        const slope = kernelName === 'LeakyRelu' ? Number(attributes.alpha) : 0;
        return { x: () => rectifierGradient(operator, dy, x, slope) };
      },
    });
  }
}

function rectifierGradient(
  operator: 'ReluGrad' | 'Relu6Grad' | 'LeakyReluGrad',
  dy: tf.Tensor,
  x: tf.Tensor,
  slope: number,
): tf.Tensor {
  const native = nativeBackend();
  if (native === undefined) {
    const passes = operator === 'Relu6Grad' ? x.greater(0).logicalAnd(x.less(6)) : x.greater(0);
    return tf.where(passes, dy, dy.mul(slope));
  }
  const attributes = [native.typeAttribute('T', 'float32')];
  if (operator === 'LeakyReluGrad') attributes.push(native.floatAttribute('alpha', slope));
  const [gradient] = native.execute(operator, attributes, [dy, x], 1);
  if (gradient === undefined) throw new Error(`${operator} gave nothing.`);
  return gradient;
}
