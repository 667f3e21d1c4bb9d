import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { buildEfficientNetLite0 } from '../../../src/training/encoders/efficientnet-lite0/architecture.js';
import { float32Of, type SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { convertEfficientNetLite0 } from '../../../tools/import/efficientnet-lite0.js';

/** Weights as PyTorch names and lays them out, made from the names and shapes of our own layers. */
function pytorchState(): Map<string, SafetensorsTensor> {
  const state = new Map<string, SafetensorsTensor>();
  const add = (name: string, shape: readonly number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 1021) / 1024);
    state.set(name, { dtype: 'F32', shape, data });
  };
  const norms = { expand: '_bn0', depthwise: '_bn1', project: '_bn2' } as const;
  const theirs = {
    gamma: 'weight',
    beta: 'bias',
    moving_mean: 'running_mean',
    moving_variance: 'running_var',
  } as const;
  const model = buildEfficientNetLite0();
  for (const { originalName, shape } of model.weights) {
    const [layer = '', weight = ''] = originalName.split('/');
    const sizes = shape.map((size) => size ?? 0);
    const [, block, part, kind] = layer.match(/^block(\d+)_(expand|depthwise|project)_(conv|norm)$/) ?? [];
    const place = block === undefined ? '' : `_blocks.${block}.`;
    const [h = 0, w = 0, i = 0, o = 0] = sizes;
    if (layer === 'classifier') add(`_fc.${weight === 'kernel' ? 'weight' : 'bias'}`, [...sizes].reverse());
    else if (weight === 'depthwise_kernel') add(`${place}_depthwise_conv.weight`, [i, o, h, w]);
    else if (weight === 'kernel') {
      const conv =
        part === undefined ? (layer === 'stem_conv' ? '_conv_stem' : '_conv_head') : `_${part}_conv`;
      add(`${place}${conv}.weight`, [o, i, h, w]);
    } else {
      const outer = layer === 'stem_norm' ? '_bn0' : '_bn1';
      const norm = kind === undefined ? outer : norms[part as keyof typeof norms];
      add(`${place}${norm}.${theirs[weight as keyof typeof theirs]}`, sizes);
    }
  }
  model.dispose();
  state.set('_bn0.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(1n) });
  return state;
}

describe('convertEfficientNetLite0', () => {
  const state = pytorchState();

  it('gives every weight of the network, and nothing else, in its shape', () => {
    const weights = convertEfficientNetLite0(state, { precision: 'float32' });
    const model = buildEfficientNetLite0();
    const expected = model.weights.map(({ originalName, shape }) => [originalName, shape] as const);
    model.dispose();
    const got = [...weights].map(([name, { shape }]) => [name, shape] as const);
    expect(new Map(got)).toEqual(new Map(expected));
  });

  it('moves axes as TensorFlow lays them out', () => {
    const weights = convertEfficientNetLite0(state, { precision: 'float32' });
    for (const [ours, theirs, axes] of [
      ['stem_conv/kernel', '_conv_stem.weight', [2, 3, 1, 0]],
      ['block3_depthwise_conv/depthwise_kernel', '_blocks.3._depthwise_conv.weight', [2, 3, 0, 1]],
      ['classifier/kernel', '_fc.weight', [1, 0]],
    ] as const) {
      const from = state.get(theirs);
      const moved = tf.tidy(() =>
        tf.tensor(from?.data as Float32Array, [...(from?.shape ?? [])]).transpose([...axes]),
      );
      // Element by element in one go: the matcher takes seconds over a million numbers.
      const got = float32Of(weights.get(ours) as SafetensorsTensor);
      expect(Buffer.from(got.buffer).equals(Buffer.from(moved.dataSync().buffer)), ours).toBe(true);
      moved.dispose();
    }
  });

  it('rounds kernels to half precision and nothing else', () => {
    const weights = convertEfficientNetLite0(state, { precision: 'float16' });
    for (const [name, { dtype }] of weights) expect(dtype).toBe(name.endsWith('kernel') ? 'F16' : 'F32');
  });

  it('refuses a state dict that lacks a weight, or has one too many', () => {
    const invalid = (part: RegExp) =>
      expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });
    const without = new Map(state);
    without.delete('_blocks.7._bn1.running_var');
    expect(() => convertEfficientNetLite0(without, { precision: 'float16' })).toThrow(
      invalid(/expected '_blocks\.7\._bn1\.running_var'/),
    );
    const more = new Map([...state, ['_blocks.0._se_reduce.weight', state.get('_fc.bias')] as const]);
    expect(() => convertEfficientNetLite0(more as typeof state, { precision: 'float16' })).toThrow(
      invalid(/got '_blocks\.0\._se_reduce\.weight'/),
    );
  });
});
