import type { SafetensorsTensor } from '../../../../src/training/weights/safetensors.js';

/** `[channels, height, width]`, one picture. */
export interface FeatureMap {
  channels: number;
  height: number;
  width: number;
  data: Float32Array;
}

type StateDict = ReadonlyMap<string, SafetensorsTensor>;

/**
 * Inception-v3 in plain loops over a state dict of torchvision, written from torchvision's definition and sharing
 * nothing with the layers under test: channels first, explicit padding, averages that count it or not.
 */
export function inceptionByHand(
  state: StateDict,
  image: FeatureMap,
  countPadding: boolean,
): { map: FeatureMap; pooled: Float64Array } {
  const conv = (name: string, x: FeatureMap, options: { stride?: number; pad?: [number, number] } = {}) =>
    basicConv(state, name, x, options.stride ?? 1, options.pad ?? [0, 0]);
  const average = (x: FeatureMap) => pool(x, 1, 1, countPadding ? 'mean' : 'mean of true places');
  const halve = (x: FeatureMap) => pool(x, 2, 0, 'maximum');

  const blockA = (name: string, x: FeatureMap) =>
    concat([
      conv(`${name}.branch1x1`, x),
      conv(`${name}.branch5x5_2`, conv(`${name}.branch5x5_1`, x), { pad: [2, 2] }),
      conv(
        `${name}.branch3x3dbl_3`,
        conv(`${name}.branch3x3dbl_2`, conv(`${name}.branch3x3dbl_1`, x), { pad: [1, 1] }),
        { pad: [1, 1] },
      ),
      conv(`${name}.branch_pool`, average(x)),
    ]);
  const blockC = (name: string, x: FeatureMap) => {
    const row = { pad: [0, 3] as [number, number] };
    const column = { pad: [3, 0] as [number, number] };
    let single = conv(`${name}.branch7x7_1`, x);
    single = conv(`${name}.branch7x7_2`, single, row);
    single = conv(`${name}.branch7x7_3`, single, column);
    let double = conv(`${name}.branch7x7dbl_1`, x);
    double = conv(`${name}.branch7x7dbl_2`, double, column);
    double = conv(`${name}.branch7x7dbl_3`, double, row);
    double = conv(`${name}.branch7x7dbl_4`, double, column);
    double = conv(`${name}.branch7x7dbl_5`, double, row);
    return concat([conv(`${name}.branch1x1`, x), single, double, conv(`${name}.branch_pool`, average(x))]);
  };
  const blockE = (name: string, x: FeatureMap) => {
    const both = (stem: FeatureMap, a: string, b: string) =>
      concat([conv(`${name}.${a}`, stem, { pad: [0, 1] }), conv(`${name}.${b}`, stem, { pad: [1, 0] })]);
    const single = conv(`${name}.branch3x3_1`, x);
    const double = conv(`${name}.branch3x3dbl_2`, conv(`${name}.branch3x3dbl_1`, x), { pad: [1, 1] });
    return concat([
      conv(`${name}.branch1x1`, x),
      both(single, 'branch3x3_2a', 'branch3x3_2b'),
      both(double, 'branch3x3dbl_3a', 'branch3x3dbl_3b'),
      conv(`${name}.branch_pool`, average(x)),
    ]);
  };

  let x = conv('Conv2d_1a_3x3', image, { stride: 2 });
  x = halve(conv('Conv2d_2b_3x3', conv('Conv2d_2a_3x3', x), { pad: [1, 1] }));
  x = halve(conv('Conv2d_4a_3x3', conv('Conv2d_3b_1x1', x)));
  for (const name of ['Mixed_5b', 'Mixed_5c', 'Mixed_5d']) x = blockA(name, x);
  const doubled = conv('Mixed_6a.branch3x3dbl_2', conv('Mixed_6a.branch3x3dbl_1', x), { pad: [1, 1] });
  x = concat([
    conv('Mixed_6a.branch3x3', x, { stride: 2 }),
    conv('Mixed_6a.branch3x3dbl_3', doubled, { stride: 2 }),
    halve(x),
  ]);
  for (const name of ['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e']) x = blockC(name, x);
  const map = x;
  let seven = conv('Mixed_7a.branch7x7x3_1', x);
  seven = conv('Mixed_7a.branch7x7x3_2', seven, { pad: [0, 3] });
  seven = conv('Mixed_7a.branch7x7x3_3', seven, { pad: [3, 0] });
  x = concat([
    conv('Mixed_7a.branch3x3_2', conv('Mixed_7a.branch3x3_1', x), { stride: 2 }),
    conv('Mixed_7a.branch7x7x3_4', seven, { stride: 2 }),
    halve(x),
  ]);
  x = blockE('Mixed_7c', blockE('Mixed_7b', x));
  const area = x.height * x.width;
  const pooled = Float64Array.from({ length: x.channels }, (_, channel) =>
    x.data.subarray(channel * area, (channel + 1) * area).reduce((sum, value) => sum + value / area, 0),
  );
  return { map, pooled };
}

/** Convolution, batch normalisation by the running statistics (epsilon 0.001), ReLU. */
function basicConv(
  state: StateDict,
  name: string,
  x: FeatureMap,
  stride: number,
  [padY, padX]: [number, number],
): FeatureMap {
  const { shape, data: weight } = tensorOf(state, `${name}.conv.weight`);
  const [filters = 0, channels = 0, kernelY = 0, kernelX = 0] = shape;
  if (channels !== x.channels) throw new Error(`${name}: ${channels} channels, ${x.channels} came.`);
  const height = Math.floor((x.height + 2 * padY - kernelY) / stride) + 1;
  const width = Math.floor((x.width + 2 * padX - kernelX) / stride) + 1;
  const result = new Float32Array(filters * height * width);
  const norm = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => tensorOf(state, `${name}.bn.${part}`).data,
  );
  const sums = new Float64Array(height * width);
  for (let filter = 0; filter < filters; filter++) {
    sums.fill(0);
    for (let channel = 0; channel < channels; channel++) {
      for (let ky = 0; ky < kernelY; ky++) {
        for (let kx = 0; kx < kernelX; kx++) {
          const factor = Number(weight[((filter * channels + channel) * kernelY + ky) * kernelX + kx]);
          for (let y = 0; y < height; y++) {
            const fromY = y * stride + ky - padY;
            if (fromY < 0 || fromY >= x.height) continue;
            const row = (channel * x.height + fromY) * x.width;
            for (let px = 0; px < width; px++) {
              const fromX = px * stride + kx - padX;
              if (fromX < 0 || fromX >= x.width) continue;
              const at = y * width + px;
              sums[at] = (sums[at] ?? 0) + factor * (x.data[row + fromX] ?? 0);
            }
          }
        }
      }
    }
    const [gamma = 0, beta = 0, mean = 0, variance = 0] = norm.map((values) => Number(values[filter]));
    const scale = gamma / Math.sqrt(variance + 0.001);
    for (const [at, sum] of sums.entries()) {
      result[filter * sums.length + at] = Math.max(0, (sum - mean) * scale + beta);
    }
  }
  return { channels: filters, height, width, data: result };
}

/** Windows of 3×3. */
function pool(
  x: FeatureMap,
  stride: number,
  pad: number,
  kind: 'maximum' | 'mean' | 'mean of true places',
): FeatureMap {
  const height = Math.floor((x.height + 2 * pad - 3) / stride) + 1;
  const width = Math.floor((x.width + 2 * pad - 3) / stride) + 1;
  const data = new Float32Array(x.channels * height * width);
  for (let channel = 0; channel < x.channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let px = 0; px < width; px++) {
        const values: number[] = [];
        for (let ky = 0; ky < 3; ky++) {
          for (let kx = 0; kx < 3; kx++) {
            const [fromY, fromX] = [y * stride + ky - pad, px * stride + kx - pad];
            if (fromY < 0 || fromY >= x.height || fromX < 0 || fromX >= x.width) continue;
            values.push(x.data[(channel * x.height + fromY) * x.width + fromX] ?? 0);
          }
        }
        const sum = values.reduce((total, value) => total + value, 0);
        data[(channel * height + y) * width + px] =
          kind === 'maximum' ? Math.max(...values) : sum / (kind === 'mean' ? 9 : values.length);
      }
    }
  }
  return { channels: x.channels, height, width, data };
}

function concat(maps: readonly FeatureMap[]): FeatureMap {
  const [first] = maps;
  if (first === undefined) throw new Error('Expected a map.');
  const channels = maps.reduce((sum, map) => sum + map.channels, 0);
  const data = new Float32Array(channels * first.height * first.width);
  let at = 0;
  for (const map of maps) {
    data.set(map.data, at);
    at += map.data.length;
  }
  return { channels, height: first.height, width: first.width, data };
}

function tensorOf(state: StateDict, name: string): SafetensorsTensor {
  const tensor = state.get(name);
  if (tensor === undefined) throw new Error(`The state dict has no ${name}.`);
  return tensor;
}
