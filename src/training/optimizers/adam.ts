import * as tf from '@tensorflow/tfjs';
import { type AdamOperands, type AdamRates, applyAdamNatively } from '../backend/adam-kernel.js';
import type { NamedVariables } from '../weights/named-variables.js';
import type { Optimizer } from './optimizer.js';

export interface AdamOptions {
  learningRate: number;
  /** @default 0.5, as in the official code of all three architectures */
  beta1?: number;
  /** @default 0.999 */
  beta2?: number;
  /** Added to the root of the second moment. @default 1e-8, as in PyTorch */
  epsilon?: number;
  /**
   * Add epsilon before the bias correction of the second moment, as PyTorch up to 1.2 did; the published models were
   * trained so. It matters for gradients near epsilon only. @default false, as in PyTorch since
   */
  epsilonBeforeCorrection?: boolean;
}

/**
 * Adam (Kingma & Ba 2015) with PyTorch's epsilon and with moments that can be saved under the names of the
 * variables they belong to; `tf.train.adam` has another epsilon and numbers its moments.
 */
export class Adam implements Optimizer {
  learningRate: number;
  private step = 0;
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly epsilonBeforeCorrection: boolean;
  private readonly first = new Map<string, tf.Variable>();
  private readonly second = new Map<string, tf.Variable>();

  constructor(
    private readonly variables: NamedVariables,
    options: AdamOptions,
  ) {
    this.learningRate = options.learningRate;
    this.beta1 = options.beta1 ?? 0.5;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-8;
    this.epsilonBeforeCorrection = options.epsilonBeforeCorrection ?? false;
    for (const [name, variable] of variables) {
      this.first.set(
        name,
        tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      );
      this.second.set(
        name,
        tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      );
    }
  }

  /** Moves every variable against its gradient; gradients are keyed by the variables' own TF.js names. */
  applyGradients(gradients: Readonly<Record<string, tf.Tensor>>): void {
    const operands = this.operandsOf(gradients);
    this.step += 1;
    if (!applyAdamNatively(operands, this.rates(Math.fround))) applyComposed(operands, this.rates());
  }

  /** How many updates were made; part of the state, since the bias correction depends on it. */
  get steps(): number {
    return this.step;
  }

  set steps(steps: number) {
    this.step = steps;
  }

  /** Begins anew: moments of zero, and no update made. */
  reset(): void {
    this.step = 0;
    for (const moment of this.moments().values()) {
      tf.tidy(() => moment.assign(tf.zerosLike(moment)));
    }
  }

  /** Both moments by name, for a checkpoint. */
  moments(): NamedVariables {
    const named = new Map<string, tf.Variable>();
    for (const [name, moment] of this.first) named.set(`${name}/first_moment`, moment);
    for (const [name, moment] of this.second) named.set(`${name}/second_moment`, moment);
    return named;
  }

  dispose(): void {
    for (const moment of this.moments().values()) moment.dispose();
  }

  /** @param betaAsUsed the decay that a kernel of single precision works with, which the corrections have to be of. */
  private rates(betaAsUsed: (beta: number) => number = (beta) => beta): AdamRates {
    const { beta1, beta2, epsilon, step } = this;
    const correction1 = 1 - betaAsUsed(beta1) ** step;
    const correction2 = Math.sqrt(1 - betaAsUsed(beta2) ** step);
    return {
      stepSize: (this.learningRate * correction2) / correction1,
      beta1,
      beta2,
      epsilon: this.epsilonBeforeCorrection ? epsilon : epsilon * correction2,
    };
  }

  private operandsOf(gradients: Readonly<Record<string, tf.Tensor>>): AdamOperands[] {
    return [...this.variables].map(([name, weight]) => {
      const gradient = gradients[weight.name];
      const first = this.first.get(name);
      const second = this.second.get(name);
      if (gradient === undefined || first === undefined || second === undefined) {
        throw new Error(`Expected a gradient for ${name}, received none.`);
      }
      return { weight, first, second, gradient };
    });
  }
}

function applyComposed(operands: readonly AdamOperands[], rates: AdamRates): void {
  const { stepSize, beta1, beta2, epsilon } = rates;
  for (const { weight, first, second, gradient } of operands) {
    tf.tidy(() => {
      first.assign(first.mul(beta1).add(gradient.mul(1 - beta1)));
      second.assign(second.mul(beta2).add(gradient.square().mul(1 - beta2)));
      weight.assign(weight.sub(first.div(second.sqrt().add(epsilon)).mul(stepSize)));
    });
  }
}
