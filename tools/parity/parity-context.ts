import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { NamedVariables } from '../../src/training/weights/named-variables.js';
import type { StateDict } from '../import/official-names/load-official.js';
import { toOfficialLayout } from '../import/official-names/official-layout.js';
import type { OfficialName } from '../import/official-names/official-name.js';
import { type Comparison, compare, kindOf } from './comparison.js';
import type { OracleCase } from './oracle-index.js';
import type { OracleTensors } from './oracle-tensors.js';
import { FORM_SUFFIXES, storedForm } from './stored-forms.js';

/**
 * How our tensor lies compared with the stored one.
 * - `image`: ours NHWC, stored NCHW. The default for rank 4.
 * - `words`: ours `[batch, time, dim]`, stored `(batch, dim, time)`.
 * - `same`: alike. The default for all other ranks.
 */
export type ActualLayout = 'image' | 'words' | 'same';

/** What a case computes from, and where it hands its results. */
export class ParityContext {
  /** In the order in which they were handed in. */
  readonly comparisons: Comparison[] = [];

  constructor(
    private readonly entry: OracleCase,
    /** The stored tensors, those of the files under `uses` included. */
    readonly tensors: OracleTensors,
  ) {}

  get name(): string {
    return this.entry.case;
  }

  /** `config` of the case as it is in `index.json`. */
  get config(): Readonly<Record<string, unknown>> {
    return this.entry.config;
  }

  /** A number of `config`; `fallback` if it is not there. */
  number(key: string, fallback?: number): number {
    return this.setting(key, fallback, (value) => (typeof value === 'number' ? value : undefined));
  }

  /** A list of numbers of `config`. */
  numbers(key: string, fallback?: readonly number[]): readonly number[] {
    return this.setting(key, fallback, (value) =>
      Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined,
    );
  }

  /** A switch of `config`. */
  flag(key: string, fallback?: boolean): boolean {
    return this.setting(key, fallback, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** The stored tensor as it is; see {@link OracleTensors.tensor}. */
  tensor<R extends tf.Rank = tf.Rank>(name: string, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor<R> {
    return this.tensors.tensor<R>(name, dtype);
  }

  /** A stored picture or map as NHWC. */
  image(name: string): tf.Tensor4D {
    return this.tensors.image(name);
  }

  /** Whether a tensor is stored, whole or in a smaller form (`.s3`, `.s5`, `.row0`). */
  has(name: string): boolean {
    return this.formsOf(name).length > 0;
  }

  /** The state dict of the case's only network, or of the one named (`netG`): `state.*` or `state.netG.*`. */
  state(network?: string): StateDict {
    return this.tensors.below(network === undefined ? 'state' : `state.${network}`);
  }

  /**
   * Compares an output or a loss with every stored form of it. Nothing happens where none is stored: cases of one kind
   * may differ in what they keep, and a result that nothing was compared with is reported.
   */
  expectOutput(name: string, actual: tf.Tensor | number, layout?: ActualLayout): void {
    this.expectStored(name, actual, layout);
  }

  /** Compares a gradient for an input or an intermediate map, as {@link expectOutput} does. */
  expectGradient(name: string, actual: tf.Tensor, layout?: ActualLayout): void {
    this.expectStored(name, actual, layout);
  }

  /** Compares a value after the pass or step, as {@link expectOutput} does. */
  expectAfter(name: string, actual: tf.Tensor, layout?: ActualLayout): void {
    this.expectStored(name, actual, layout);
  }

  /**
   * Compares the gradients of weights with those that are stored.
   * @param gradients by the TF.js names of the variables, as `tf.variableGrads` gives them.
   * @param prefix what comes before the official keys, such as `grad.netG`.
   */
  expectWeightGradients(
    prefix: string,
    gradients: Readonly<Record<string, tf.Tensor>>,
    variables: NamedVariables,
    names: readonly OfficialName[],
  ): void {
    this.eachStored(prefix, variables, names, ({ stored, variable, row }) => {
      const gradient = gradients[variable.name];
      if (gradient === undefined) throw this.unexpected(`there is no gradient to compare ${stored} with`);
      this.recordWeight(stored, gradient, row);
    });
  }

  /**
   * Compares the running statistics of batch normalisation after a training pass.
   * @param prefix what comes before the official keys, such as `after.train` or `after.netG`.
   */
  expectStatistics(prefix: string, variables: NamedVariables, names: readonly OfficialName[]): void {
    const statistics = names.filter(({ ours }) => isStatistic(ours));
    this.eachStored(prefix, variables, statistics, ({ stored, variable, row }) => {
      this.recordWeight(stored, variable, row);
    });
  }

  /**
   * Compares weights after the first step of Adam. That step is almost `lr * sign(gradient)`, so an element whose
   * gradient is within the rounding noise may rightly move the other way: such elements are left out. Where two
   * official tensors add up to one weight of ours, their sum is compared.
   * @param networks below what the official keys are stored: `netG` for `grad.netG.*` and `after.netG.*`.
   */
  expectAfterFirstStep(network: string, variables: NamedVariables, names: readonly OfficialName[]): void {
    const weights = names.filter(({ ours }) => !isStatistic(ours));
    this.eachStored(`after.${network}`, variables, weights, ({ stored, official, variable, row }) => {
      const counts = this.hasSureSign(`grad.${network}.${official}`);
      if (row.addend === undefined) return this.recordWeight(stored, variable, row, counts);
      const other = `after.${network}.${official === row.addend ? row.official : row.addend}`;
      // Its other half is taken away, so that what is left compares with the stored half.
      tf.tidy(() => this.recordWeight(stored, variable.sub(this.tensor(other)), row, counts));
    });
  }

  /** Elements of a stored gradient that are well beyond its rounding noise. */
  private hasSureSign(name: string): (index: number) => boolean {
    if (!this.tensors.has(name)) return () => true;
    const values = this.tensors.values(name);
    const rootMeanSquare = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    const noise = Math.max(1e-4, 10 * this.noiseOf(name));
    return (index) => Math.abs(values[index] ?? 0) > 10 * noise * rootMeanSquare;
  }

  private setting<T>(key: string, fallback: T | undefined, read: (value: unknown) => T | undefined): T {
    const value = this.entry.config[key];
    const wanted = value === undefined ? fallback : read(value);
    if (wanted !== undefined) return wanted;
    throw this.unexpected(`its config has no usable ${key}, but ${JSON.stringify(value)}`);
  }

  private expectStored(name: string, actual: tf.Tensor | number, layout?: ActualLayout): void {
    tf.tidy(() => {
      const whole = typeof actual === 'number' ? tf.scalar(actual) : inOfficialLayout(actual, layout);
      for (const suffix of this.formsOf(name)) {
        const form = storedForm(whole, suffix);
        this.record(`${name}${suffix}`, form.shape, form.dataSync());
      }
    });
  }

  private recordWeight(
    stored: string,
    actual: tf.Tensor,
    { layout }: OfficialName,
    counts?: (index: number) => boolean,
  ): void {
    const ours = { shape: actual.shape, data: Float32Array.from(actual.dataSync()) };
    const { shape, data } = toOfficialLayout(ours, layout) ?? ours;
    this.record(stored, shape, data, counts);
  }

  private record(
    name: string,
    shape: readonly number[],
    values: ArrayLike<number>,
    counts?: (index: number) => boolean,
  ): void {
    const kind = kindOf(name);
    if (kind === undefined) throw this.unexpected(`${name} is no result`);
    const expectedShape = this.tensors.shape(name);
    // A logit is [batch, 1] here and (batch) there.
    if (withoutOnes(shape) !== withoutOnes(expectedShape)) {
      throw this.unexpected(
        `expected ${name} to be [${expectedShape.join(', ')}], got [${shape.join(', ')}]`,
      );
    }
    const stored = { name, kind, noise: this.noiseOf(name) };
    this.comparisons.push(compare(stored, values, this.tensors.values(name), counts));
  }

  private eachStored(
    prefix: string,
    variables: NamedVariables,
    names: readonly OfficialName[],
    visit: (weight: StoredWeight) => void,
  ): void {
    for (const row of names) {
      for (const official of [row.official, ...(row.addend === undefined ? [] : [row.addend])]) {
        const stored = `${prefix}.${official}`;
        if (!this.tensors.has(stored)) continue;
        const variable = variables.get(row.ours);
        if (variable === undefined) throw this.unexpected(`the model has no weight ${row.ours}`);
        visit({ stored, official, variable, row });
      }
    }
  }

  private formsOf(name: string): readonly string[] {
    return FORM_SUFFIXES.filter((suffix) => this.tensors.has(`${name}${suffix}`));
  }

  private noiseOf(name: string): number {
    return this.entry.tensors[name]?.noise?.[1] ?? 0;
  }

  private unexpected(problem: string): WordbrushError {
    return new WordbrushError('WEIGHTS_INVALID', `${this.name}: ${problem}.`, {
      hint: 'The case differs from those of this name that the command knows.',
      details: { case: this.name },
    });
  }
}

interface StoredWeight {
  /** Name of the stored tensor. */
  stored: string;
  /** Official key of the weight that it belongs to. */
  official: string;
  variable: tf.Variable;
  row: OfficialName;
}

function inOfficialLayout(actual: tf.Tensor, layout?: ActualLayout): tf.Tensor {
  switch (layout ?? (actual.rank === 4 ? 'image' : 'same')) {
    case 'image':
      return actual.transpose([0, 3, 1, 2]);
    case 'words':
      return actual.transpose([0, 2, 1]);
    case 'same':
      return actual;
  }
}

function isStatistic(ours: string): boolean {
  return /\/moving_(mean|variance)$/.test(ours);
}

function withoutOnes(shape: readonly number[]): string {
  return shape.filter((size) => size !== 1).join();
}
