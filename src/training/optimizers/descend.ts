import * as tf from '@tensorflow/tfjs';
import type { NamedVariables } from '../weights/named-variables.js';
import type { Optimizer } from './optimizer.js';

export interface Descent<Report> {
  /** What to minimise, a scalar. */
  loss: tf.Scalar;
  /** Numbers to hand on: tensors are gone once the step is done. */
  report: Report;
}

/**
 * One step of an optimiser: the gradients of a loss for these variables, and the move against them. Leaves no tensor
 * behind. May be called inside `compute` of another descent, under `suspendTape`.
 */
export function descend<Report>(
  variables: NamedVariables,
  optimizer: Pick<Optimizer, 'applyGradients'>,
  compute: () => Descent<Report>,
): Report {
  const reports: Report[] = [];
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const { loss, report } = compute();
      reports.push(report);
      return loss;
    }, [...variables.values()]);
    optimizer.applyGradients(grads);
  });
  return reports[0] as Report;
}
