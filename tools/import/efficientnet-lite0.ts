import { WordbrushError } from '../../src/sdk/errors.js';
import { float32ToFloat16 } from '../../src/training/weights/float16.js';
import { float32Of, type SafetensorsTensor } from '../../src/training/weights/safetensors.js';

/** Norm layers of a block in PyTorch, whose number is missing where the block does not expand, and ours. */
const NORMS = { expand: '_bn0', depthwise: '_bn1', project: '_bn2' } as const;
const NORM_WEIGHTS = {
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
} as const;

type StateDict = ReadonlyMap<string, SafetensorsTensor>;
type Weights = Map<string, SafetensorsTensor>;

export interface ConvertOptions {
  /** `float16` halves the size of kernels; norm layers and biases, a twentieth of it all, stay float32. */
  precision: 'float16' | 'float32';
}

/**
 * Converts the state dict of `efficientnet-lite-pytorch` to weights named as `buildEfficientNetLite0` names its own:
 * kernels from OIHW to HWIO (depthwise C1HW to HWC1), dense weights transposed, counters left out.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if a weight is missing, or one is left that was not expected.
 */
export function convertEfficientNetLite0(state: StateDict, { precision }: ConvertOptions): Weights {
  const weights: Weights = new Map();
  const used = new Set<string>();
  const take = (name: string): SafetensorsTensor => {
    const tensor = state.get(name);
    if (tensor === undefined) throw invalid(`expected '${name}', got nothing`);
    used.add(name);
    return tensor;
  };
  const addKernel = (name: string, from: string, axes: readonly number[]): void => {
    weights.set(name, rounded(transposed(take(from), axes), precision));
  };
  const addNorm = (name: string, from: string): void => {
    for (const [ours, theirs] of Object.entries(NORM_WEIGHTS))
      weights.set(`${name}/${ours}`, take(`${from}.${theirs}`));
  };

  addKernel('stem_conv/kernel', '_conv_stem.weight', [2, 3, 1, 0]);
  addNorm('stem_norm', '_bn0');
  for (let block = 0; state.has(`_blocks.${block}._depthwise_conv.weight`); block++) {
    for (const [part, norm] of Object.entries(NORMS)) {
      const from = `_blocks.${block}._${part}_conv.weight`;
      if (part === 'expand' && !state.has(from)) continue;
      const isDepthwise = part === 'depthwise';
      const name = `block${block}_${part}_conv/${isDepthwise ? 'depthwise_kernel' : 'kernel'}`;
      addKernel(name, from, isDepthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
      addNorm(`block${block}_${part}_norm`, `_blocks.${block}.${norm}`);
    }
  }
  addKernel('head_conv/kernel', '_conv_head.weight', [2, 3, 1, 0]);
  addNorm('head_norm', '_bn1');
  addKernel('classifier/kernel', '_fc.weight', [1, 0]);
  weights.set('classifier/bias', take('_fc.bias'));

  const left = [...state.keys()].filter((name) => !used.has(name) && !name.endsWith('.num_batches_tracked'));
  if (left.length > 0) throw invalid(`expected nothing more, got '${left[0]}'`);
  return weights;
}

/** Moves axis `axes[i]` of the input to place `i`. */
function transposed(
  tensor: SafetensorsTensor,
  axes: readonly number[],
): { shape: number[]; values: Float32Array } {
  const from = float32Of(tensor);
  const strides = tensor.shape.map((_, axis) => tensor.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const shape = axes.map((axis) => tensor.shape[axis] ?? 1);
  const steps = axes.map((axis) => strides[axis] ?? 1);
  const values = new Float32Array(from.length);
  for (let i = 0; i < values.length; i++) {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      at += (rest % size) * (steps[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    values[i] = from[at] ?? 0;
  }
  return { shape, values };
}

function rounded(
  { shape, values }: { shape: number[]; values: Float32Array },
  precision: ConvertOptions['precision'],
): SafetensorsTensor {
  if (precision === 'float32') return { dtype: 'F32', shape, data: values };
  return { dtype: 'F16', shape, data: float32ToFloat16(values) };
}

function invalid(reason: string): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `These are not the weights of EfficientNet-Lite0: ${reason}.`);
}
