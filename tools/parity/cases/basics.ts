import * as tf from '@tensorflow/tfjs';
import { kullbackLeibler } from '../../../src/training/losses/kullback-leibler.js';
import { Adam } from '../../../src/training/optimizers/adam.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';

const klLoss = defineCase({
  names: ['kl-loss'],
  plainCpu: true,
  run(context) {
    const inputs = [context.tensor('in.mu'), context.tensor('in.logvar')];
    context.expectOutput('loss.kl', kullbackLeibler(inputs[0] as tf.Tensor, inputs[1] as tf.Tensor));
    const divergence = (mean: tf.Tensor, logVariance: tf.Tensor) => kullbackLeibler(mean, logVariance);
    const [byMean, byLogVariance] = tf.grads(divergence)(inputs) as [tf.Tensor, tf.Tensor];
    context.expectGradient('grad.in.mu', byMean);
    context.expectGradient('grad.in.logvar', byLogVariance);
  },
});

/** The optimiser by itself: start values, one gradient a step, the parameters after each step. */
const adam = defineCase({
  names: ['adam'],
  plainCpu: true,
  run(context) {
    context.expectOutput('out.p', parametersAfterSteps(context, false));
    context.expectOutput('out.p_torch03', parametersAfterSteps(context, true));
  },
});

export const BASIC_CASES: readonly ParityCase[] = [klLoss, adam];

/** `[steps, parameters]` */
function parametersAfterSteps(context: ParityContext, epsilonBeforeCorrection: boolean): tf.Tensor {
  const parameter = tf.variable(context.tensor('in.p'));
  const optimizer = new Adam(new Map([['p', parameter]]), { learningRate: 2e-4, epsilonBeforeCorrection });
  const after = tf.unstack(context.tensor('in.g')).map((gradient) => {
    optimizer.applyGradients({ [parameter.name]: gradient });
    return parameter.clone();
  });
  return tf.stack(after);
}
