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
        return { x: () => recordedGradient(operator, dy, x, slope) };
      },
    });
  }
}

type Operator = 'ReluGrad' | 'Relu6Grad' | 'LeakyReluGrad';

/** Linear in `dy`, so that its own gradient is the same operator; none reaches `x`, but at the bend. */
function rectifierGradient(operator: Operator, dy: tf.Tensor, x: tf.Tensor, slope: number): tf.Tensor {
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

/** As above, and recorded: for whoever differentiates a gradient. */
function recordedGradient(operator: Operator, dy: tf.Tensor, x: tf.Tensor, slope: number): tf.Tensor {
  return tf.customGrad((...args) => {
    const [first, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    save([x]);
    return {
      value: rectifierGradient(operator, first, x, slope),
      gradFunc: (ddy: tf.Tensor, saved: tf.Tensor[]) => recordedGradient(operator, ddy, saved[0] ?? x, slope),
    };
  })(dy);
}
