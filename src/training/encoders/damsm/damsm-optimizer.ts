import type * as tf from '@tensorflow/tfjs';
import { LstmDirection } from '../../layers/lstm-direction.js';
import { Adam } from '../../optimizers/adam.js';
import { clipGradientNorm } from '../../optimizers/clip-gradient-norm.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';

export interface DamsmOptimizerOptions {
  textEncoder: tf.LayersModel;
  imageHeads: tf.LayersModel;
  learningRate: number;
  /** The text encoder's gradients together are scaled to at most this length. @default 0.25, as in the official code */
  maxGradientNorm?: number;
}

/**
 * How often each LSTM bias counts: PyTorch's LSTM has two, whose sum is our one. Each of the two has its gradient, so
 * that their sum moves twice as far in a step of Adam, and the gradient counts twice in its length.
 */
const BIASES = 2;

/**
 * Adam (0.5, 0.999) over text encoder and image heads as the official pretraining of DAMSM runs it, the gradients of
 * the text encoder clipped by their common length.
 */
export class DamsmOptimizer implements Optimizer {
  /** Of text encoder (`text/...`) and heads (`heads/...`), those that gradients move. */
  readonly variables: NamedVariables;
  private readonly maxGradientNorm: number;
  /** TF.js's names of the text encoder's variables. */
  private readonly textNames: ReadonlySet<string>;
  private readonly biasNames: ReadonlySet<string>;
  private readonly adams: { single: Adam; doubled: Adam };

  constructor({ textEncoder, imageHeads, learningRate, maxGradientNorm = 0.25 }: DamsmOptimizerOptions) {
    this.maxGradientNorm = maxGradientNorm;
    const text = variablesOf(textEncoder, { trainableOnly: true, prefix: 'text' });
    const heads = variablesOf(imageHeads, { trainableOnly: true, prefix: 'heads' });
    this.variables = mergeVariables(text, heads);
    const lstms = textEncoder.layers.filter((layer) => layer instanceof LstmDirection);
    const biases = new Set(lstms.map((layer) => `text/${layer.name}/bias`));
    const single = new Map([...this.variables].filter(([name]) => !biases.has(name)));
    const doubled = new Map([...this.variables].filter(([name]) => biases.has(name)));
    this.textNames = new Set([...text.values()].map((variable) => variable.name));
    this.biasNames = new Set([...doubled.values()].map((variable) => variable.name));
    this.adams = {
      single: new Adam(single, { learningRate }),
      doubled: new Adam(doubled, { learningRate: BIASES * learningRate }),
    };
  }

  /**
   * Moves every variable against its gradient, gradients keyed by the variables' own TF.js names.
   * @returns the length of the text encoder's gradients before the clipping.
   */
  applyGradients(gradients: Readonly<Record<string, tf.Tensor>>): number {
    const ofText = Object.entries(gradients).filter(([name]) => this.textNames.has(name));
    const clipped = clipGradientNorm(Object.fromEntries(ofText), this.maxGradientNorm, (name) =>
      this.biasNames.has(name) ? BIASES : 1,
    );
    const all = { ...gradients, ...clipped.gradients };
    this.adams.single.applyGradients(all);
    this.adams.doubled.applyGradients(all);
    for (const gradient of Object.values(clipped.gradients)) gradient.dispose();
    return clipped.norm;
  }

  get learningRate(): number {
    return this.adams.single.learningRate;
  }

  set learningRate(learningRate: number) {
    this.adams.single.learningRate = learningRate;
    this.adams.doubled.learningRate = BIASES * learningRate;
  }

  /** Forgets the moments: the official code makes a new optimiser for each epoch. */
  restart(): void {
    this.adams.single.reset();
    this.adams.doubled.reset();
  }

  /** How many updates were made since the start or the last restart. */
  get steps(): number {
    return this.adams.single.steps;
  }

  set steps(steps: number) {
    this.adams.single.steps = steps;
    this.adams.doubled.steps = steps;
  }

  /** Both moments by name, for a checkpoint. */
  moments(): NamedVariables {
    return mergeVariables(this.adams.single.moments(), this.adams.doubled.moments());
  }

  dispose(): void {
    this.adams.single.dispose();
    this.adams.doubled.dispose();
  }
}
