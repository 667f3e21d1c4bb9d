/** A weight, row-major. */
export interface Weight {
  shape: readonly number[];
  data: ArrayLike<number>;
}

type Matrix = number[][];

/**
 * The official text encoder in plain loops over float64, written from the official modules and sharing nothing with the
 * layers under test.
 */
export function sentenceByHand(
  weights: ReadonlyMap<string, Weight>,
  text: string,
  recurrence: 'gru' | 'relu',
): number[] {
  const weight = (name: string): Weight => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  let x: Matrix = oneHot(text);
  x = maxima(convolved(x, weight('conv1/kernel'), weight('conv1/bias')), 3);
  x = maxima(convolved(x, weight('conv2/kernel'), weight('conv2/bias')), 3);
  x = convolved(x, weight('conv3/kernel'), weight('conv3/bias'));
  if (recurrence === 'relu') x = maxima(x, 2);
  const parts = ['kernel', 'bias', 'recurrent_kernel', 'recurrent_bias'] as const;
  const [kernel, bias, recurrentKernel, recurrentBias] = parts.map((part) => weight(`recurrence/${part}`));
  const input = (step: number[], unit: number) => affine(step, kernel, bias, unit);
  const recurrent = (state: number[], unit: number) => affine(state, recurrentKernel, recurrentBias, unit);

  const units = x[0]?.length ?? 0;
  let state: number[] = [];
  const sums = new Array<number>(units).fill(0);
  for (const [time, step] of x.entries()) {
    if (recurrence === 'relu') {
      const before = state;
      state = sums.map((_, unit) => {
        const fromState = time === 0 ? 0 : recurrent(before, unit);
        return Math.max(0, input(step, unit) + fromState);
      });
    } else if (time === 0) {
      state = sums.map((_, unit) => Math.tanh(input(step, 2 * units + unit)));
    } else {
      const before = state;
      const gate = (unit: number) => 1 / (1 + Math.exp(-(input(step, unit) + recurrent(before, unit))));
      const kept = before.map((value, unit) => value * gate(units + unit));
      state = before.map((value, unit) => {
        const candidate = Math.tanh(input(step, 2 * units + unit) + recurrent(kept, 2 * units + unit));
        const update = gate(unit);
        return update * candidate + (1 - update) * value;
      });
    }
    for (const [unit, value] of state.entries()) sums[unit] = (sums[unit] ?? 0) + value;
  }
  const mean = sums.map((sum) => sum / x.length);
  const size = weight('sentence/bias').data.length;
  return Array.from({ length: size }, (_, unit) =>
    affine(mean, weight('sentence/kernel'), weight('sentence/bias'), unit),
  );
}

/** 201 rows over the alphabet's 70 columns. */
function oneHot(text: string): Matrix {
  // Letters and digits, 23 signs without the first hyphen, and the space.
  const columns = new Map<string, number>();
  for (const [index, letter] of [...'abcdefghijklmnopqrstuvwxyz0123456789'].entries()) {
    columns.set(letter, index);
  }
  const signs = [',', ';', '.', '!', '?', ':', "'", '"', '/', '\\', '|', '_', '@', '#', '$', '%', '^'];
  signs.push('&', '*', '~', '`', '+', '-', '=', '<', '>', '(', ')', '[', ']', '{', '}', ' ');
  for (const [index, sign] of signs.entries()) columns.set(sign, 37 + index);
  return Array.from({ length: 201 }, (_, position) => {
    const row = new Array<number>(70).fill(0);
    const column = columns.get(text[position] ?? '');
    if (column !== undefined) row[column] = 1;
    return row;
  });
}

/** Windows of four steps, ReLU; kernel `[4, in, out]`. */
function convolved(x: Matrix, kernel: Weight, bias: Weight): Matrix {
  const [, channels = 0, filters = 0] = kernel.shape;
  return Array.from({ length: x.length - 3 }, (_, begin) => {
    const sums = Float64Array.from(bias.data);
    for (let offset = 0; offset < 4; offset++) {
      for (const [channel, value] of (x[begin + offset] ?? []).entries()) {
        if (value === 0) continue;
        const from = (offset * channels + channel) * filters;
        for (let filter = 0; filter < filters; filter++) {
          sums[filter] = (sums[filter] ?? 0) + value * (kernel.data[from + filter] ?? 0);
        }
      }
    }
    return Array.from(sums, (sum) => Math.max(0, sum));
  });
}

/** Largest of three steps. */
function maxima(x: Matrix, stride: number): Matrix {
  const count = Math.floor((x.length - 3) / stride) + 1;
  return Array.from({ length: count }, (_, index) => {
    const rows = x.slice(index * stride, index * stride + 3);
    return (rows[0] ?? []).map((_, channel) => Math.max(...rows.map((row) => row[channel] ?? 0)));
  });
}

/** Column `unit` of x·kernel + bias. */
function affine(x: readonly number[], kernel: Weight | undefined, bias: Weight | undefined, unit: number) {
  const width = kernel?.shape[1] ?? 0;
  return x.reduce(
    (sum, value, index) => sum + value * (kernel?.data[index * width + unit] ?? Number.NaN),
    bias?.data[unit] ?? Number.NaN,
  );
}
