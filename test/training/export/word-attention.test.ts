import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { buildAttentionStage } from '../../../src/training/architectures/attngan/attention-stage.js';
import { buildFirstStage } from '../../../src/training/architectures/attngan/first-stage.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { layerHandlers } from '../../../src/training/export/layer-handlers.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { convert, verify } from '../../../tools/export/index.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const [SIDE, WIDTH, WORD_DIM] = [4, 3, 5];

describe('export of AttnGAN', () => {
  it.each(['perImage', 'official'] as const)('a later stage, mask %s', async (attentionMask) => {
    const stage = buildAttentionStage({
      name: 'stage2',
      mapSide: SIDE,
      baseWidth: WIDTH,
      wordDim: WORD_DIM,
      sentenceDim: WORD_DIM,
      residualBlocks: 1,
      attentionMask,
      image: true,
    });
    randomize(stage, 3);
    const converted = convert(stage, {
      handlers: layerHandlers,
      inputs: [
        { name: 'map', layout: 'nchw' },
        { name: 'words', dims: ['batch', 'time', WORD_DIM] },
        { name: 'lengths', dims: ['batch'] },
      ],
      outputs: [
        { name: 'larger_map', layout: 'nchw' },
        { name: 'attention', dims: ['batch', 'time', SIDE, SIDE], layout: 'nchw' },
        { name: 'image', layout: 'nchw' },
      ],
    });
    const random = new RandomStream(4);
    const cases = [[3], [1], [5, 2, 1], [2, 2]].map((lengths) => captions(lengths, random));
    const result = await verify(stage, converted, { cases, tolerance: 2e-5 });
    expect(result.cases.map(({ name }) => name)).toContain('lengths 5, 2, 1');
    // The layout of the convolutions is kept from end to end; what is turned is the words.
    const { operators } = converted.summary;
    expect(operators).toMatchObject({ Softmax: 1, Tanh: 1 });
    expect(operators.Transpose ?? 0).toBeLessThanOrEqual(attentionMask === 'official' ? 2 : 1);
    expect(operators).not.toHaveProperty('BatchNormalization');
  });

  it('the first stage, statistics included', async () => {
    const options = { sentenceDim: 6, conditionDim: 4, zDim: 5, baseWidth: 2, image: true };
    const stage = buildFirstStage(options);
    randomize(stage, 5);
    const converted = convert(stage, {
      handlers: layerHandlers,
      outputs: [
        { name: 'map', layout: 'nchw' },
        { name: 'mean' },
        { name: 'log_variance' },
        { name: 'image', layout: 'nchw' },
      ],
    });
    const random = new RandomStream(6);
    await verify(stage, converted, { random: (length) => random.normals(length), tolerance: 2e-5 });
  });

  it('a text encoder with dropout, as if it had none', async () => {
    const options = { vocabularySize: 9, embeddingDim: 4, sentenceDim: 6, embeddingDropout: 0.5 };
    const textEncoder = buildBiLstm(options);
    randomize(textEncoder, 7);
    const converted = convert(textEncoder, {
      handlers: layerHandlers,
      inputs: [
        { name: 'token_ids', dims: ['batch', 'time'] },
        { name: 'lengths', dims: ['batch'] },
      ],
      outputs: [{ name: 'words', dims: ['batch', 'time', 6] }, { name: 'sentence' }],
    });
    const inputs = {
      token_ids: { shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 0) },
      lengths: { shape: [2], data: Int32Array.of(3, 2) },
    };
    await verify(textEncoder, converted, { cases: [{ name: 'two captions', inputs }], tolerance: 2e-6 });
  });
});

function captions(lengths: readonly number[], random: RandomStream) {
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  return {
    name: `lengths ${lengths.join(', ')}`,
    inputs: {
      map: { shape: [batch, WIDTH, SIDE, SIDE], data: random.normals(batch * WIDTH * SIDE * SIDE) },
      words: { shape: [batch, time, WORD_DIM], data: random.normals(batch * time * WORD_DIM) },
      lengths: { shape: [batch], data: Int32Array.from(lengths) },
    },
  };
}

/** Weights large enough that a mistake shows; running variances above 0. */
function randomize(model: tf.LayersModel, seed: number): void {
  const random = new RandomStream(seed);
  for (const [name, variable] of variablesOf(model)) {
    const isVariance = name.endsWith('moving_variance');
    const values = random.normals(variable.size).map((v) => (isVariance ? 0.5 + v * v : 0.3 * v));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}
