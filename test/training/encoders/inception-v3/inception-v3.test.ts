import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import {
  buildInceptionV3,
  MAP_CHANNELS,
  POOLED_DIM,
} from '../../../../src/training/encoders/inception-v3/architecture.js';
import { convolutionPlans } from '../../../../src/training/encoders/inception-v3/plans.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';
import type { SafetensorsTensor } from '../../../../src/training/weights/safetensors.js';
import { loadTorchvisionInceptionV3 } from '../../../../tools/import/inception-v3.js';
import { inceptionV3Names } from '../../../../tools/import/official-names/inception-v3.js';
import { toOfficial } from '../../../../tools/import/official-names/load-official.js';
import { type FeatureMap, inceptionByHand } from './reference.js';

/** Relative L2 distance: float32 against loops with sums in float64, over 94 convolutions. */
const TOLERANCE = 1e-5;

let state: Map<string, SafetensorsTensor>;

beforeAll(async () => {
  await tf.setBackend('tensorflow');
  state = randomState();
});

describe('Inception-v3', () => {
  it('has the parameters that torchvision counts without its classifiers, and the official shapes', () => {
    const model = buildInceptionV3();
    const learned = model.weights.filter(({ originalName }) => !originalName.includes('moving_'));
    // 27,161,264 less 3,326,696 of the auxiliary classifier and 2,049,000 of the last layer.
    expect(learned.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0)).toBe(
      21_785_568,
    );
    expect(convolutionPlans()).toHaveLength(94);
    expect(model.outputs.map(({ shape }) => shape)).toEqual([
      [null, 17, 17, MAP_CHANNELS],
      [null, POOLED_DIM],
    ]);
    expect(model.trainableWeights).toHaveLength(0);
    model.dispose();
  });

  it('refuses a size that leaves nothing of the picture', () => {
    for (const size of [74, 0, 299.5]) {
      expect(() => buildInceptionV3({ size })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(`${size}`) }),
      );
    }
  });

  describe.each([
    // The map is 5×5 and the last one 2×2: rows and columns are told apart.
    { countPadding: true, side: 107, mapSide: 5 },
    { countPadding: false, side: 75, mapSide: 3 },
  ])('of $side pixels, with averages that count the padding: $countPadding', (options) => {
    const { countPadding, side, mapSide } = options;
    let model: tf.LayersModel;
    beforeAll(() => {
      model = buildInceptionV3({ size: null, countPadding });
      loadTorchvisionInceptionV3(model, state);
    });
    afterAll(() => model.dispose());

    it('gives what loops over the state dict give', () => {
      const pixels = Float32Array.from({ length: 3 * side * side }, pixelSource(5));
      const image: FeatureMap = { channels: 3, height: side, width: side, data: pixels };
      const expected = inceptionByHand(state, image, countPadding);
      tf.tidy(() => {
        const channelsFirst = tf.tensor4d(pixels, [1, 3, side, side]);
        const [map, pooled] = model.apply(channelsFirst.transpose([0, 2, 3, 1])) as [tf.Tensor, tf.Tensor];
        expect(map.shape).toEqual([1, mapSide, mapSide, MAP_CHANNELS]);
        expect(distance(map.transpose([0, 3, 1, 2]), expected.map.data)).toBeLessThan(TOLERANCE);
        expect(distance(pooled, expected.pooled)).toBeLessThan(TOLERANCE);
      });
    });
  });

  describe('its state dict', () => {
    let model: tf.LayersModel;
    beforeAll(() => {
      model = buildInceptionV3({ size: null });
    });
    afterAll(() => model.dispose());

    it('comes back as it was, and may have classifiers, heads, counters and a prefix', () => {
      const other: SafetensorsTensor = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
      const extra = ['AuxLogits.conv0.conv.weight', 'fc.bias', 'emb_features.weight', 'emb_cnn_code.bias'];
      const counters = ['Conv2d_1a_3x3.bn.num_batches_tracked'];
      const all = new Map([...state, ...[...extra, ...counters].map((name) => [name, other] as const)]);
      const prefixed = new Map([...all].map(([name, tensor]) => [`module.${name}`, tensor]));
      loadTorchvisionInceptionV3(model, prefixed);
      const back = toOfficial(variablesOf(model), inceptionV3Names());
      expect([...back.keys()]).toEqual([...state.keys()]);
      for (const [name, { shape, data }] of back) {
        expect(shape, name).toEqual(state.get(name)?.shape);
        expect(Buffer.from(data.buffer).equals(bytesOf(state.get(name))), name).toBe(true);
      }
    });

    it('is refused where a tensor is missing or unknown, and nothing has changed then', () => {
      const kernel = () => model.getLayer('Conv2d_1a_3x3/conv').getWeights()[0]?.dataSync();
      const before = kernel();
      const missing = new Map(state);
      missing.delete('Mixed_7c.branch_pool.bn.running_var');
      const unknown = new Map([...state, ['Mixed_8a.conv.weight', [...state.values()][0]]]) as typeof state;
      for (const [tensors, name] of [
        [missing, 'Mixed_7c.branch_pool.bn.running_var'],
        [unknown, 'Mixed_8a.conv.weight'],
      ] as const) {
        expect(() => loadTorchvisionInceptionV3(model, tensors)).toThrow(
          expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringContaining(name) }),
        );
      }
      expect(kernel()).toEqual(before);
    });
  });
});

/** A state dict with activations of about the same size in every layer. */
function randomState(): Map<string, SafetensorsTensor> {
  const random = new RandomStream(7);
  const normal = () => random.normal();
  const uniform = () => 0.5 + random.uniform();
  const tensor = (shape: readonly number[], draw: () => number): SafetensorsTensor => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    // Five times as fast as Float32Array.from, of 22 million.
    for (let index = 0; index < data.length; index++) data[index] = draw();
    return { dtype: 'F32', shape, data };
  };
  const entries = new Map<string, SafetensorsTensor>();
  const model = buildInceptionV3({ size: null });
  const shapes = [...toOfficial(variablesOf(model), inceptionV3Names())];
  model.dispose();
  for (const [name, { shape }] of shapes) {
    const [filters = 1, ...window] = shape;
    if (window.length > 0) {
      const spread = Math.sqrt(2 / window.reduce((product, size) => product * size, 1));
      entries.set(name, tensor([filters, ...window], pixelSource(random.integer(1e6), spread * 1.7)));
    } else {
      const isScale = name.endsWith('.weight') || name.endsWith('.running_var');
      entries.set(name, tensor(shape, isScale ? uniform : () => 0.1 * normal()));
    }
  }
  return entries;
}

/** Uniform numbers in ±range, from a generator of one line: 22 million are drawn. */
function pixelSource(seed: number, range = 1): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return range * (state / 2 ** 31 - 1);
  };
}

/** Relative L2 distance. */
function distance(actual: tf.Tensor, expected: Float32Array | Float64Array): number {
  const values = actual.dataSync();
  expect(values).toHaveLength(expected.length);
  let [difference, size] = [0, 0];
  for (const [index, value] of expected.entries()) {
    difference += (value - (values[index] ?? Number.NaN)) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(difference / size);
}

function bytesOf(tensor: SafetensorsTensor | undefined): Buffer {
  return Buffer.from(tensor?.data.buffer ?? new ArrayBuffer(0));
}
