import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/sdk/index.js';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildImageEncoderModel } from '../../../src/training/encoders/damsm/image-encoder-model.js';
import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import { buildMatcher } from '../../../src/training/encoders/damsm/matcher.js';
import {
  buildInceptionV3,
  MAP_CHANNELS,
  POOLED_DIM,
} from '../../../src/training/encoders/inception-v3/architecture.js';
import { outputsOf } from '../../../src/training/layers/model-outputs.js';
import { type NamedVariables, variablesOf } from '../../../src/training/weights/named-variables.js';
import { importModel } from '../../../tools/import/import-model.js';
import { imageHeadNames } from '../../../tools/import/official-names/damsm.js';
import { inceptionV3Names } from '../../../tools/import/official-names/inception-v3.js';
import { loadOfficial, toOfficial } from '../../../tools/import/official-names/load-official.js';
import { textEncoderNames } from '../../../tools/import/official-names/text-encoder.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import { temporaryFolder } from '../../temporary-folder.js';
import {
  randomize,
  TINY_ATTNGAN,
  TINY_WORDS,
  textEncoderTensors,
  writeTinyAttngan,
} from './official-files.js';

const SIDE = 299;
const DIM = TINY_ATTNGAN.sentenceDim;
const PROMPT = { text: 'word1 word3 word19', ids: [1, 3, 19] };

beforeAll(async () => {
  await loadTensorFlow({ backend: 'native' });
});

/** Weights that keep the size of what passes through, of a few random numbers: 22 million of them take long. */
function fill(variables: NamedVariables): void {
  const normals = Float32Array.from(new RandomStream(5).normals(9973));
  for (const [name, variable] of variables) {
    const scale = Math.sqrt(2 / (variable.size / (variable.shape.at(-1) ?? 1)));
    const isPositive = name.endsWith('moving_variance') || name.endsWith('gamma');
    const values = Float32Array.from({ length: variable.size }, (_, i) => {
      const normal = normals[i % normals.length] ?? 0;
      return isPositive ? 1 + normal ** 2 / 9 : scale * normal;
    });
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

/** Pixels without a pattern, as ImageData has them. */
function picture() {
  const random = new RandomStream(8);
  const data = Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : random.integer(256),
  );
  return { data, width: SIDE, height: SIDE };
}

/** What the tf.layers models say of a picture and a prompt. */
function expectedScores(imageEncoder: tf.LayersModel, { data }: ReturnType<typeof picture>) {
  const encoder = buildBiLstm({ vocabularySize: TINY_WORDS.length, embeddingDim: 12, sentenceDim: DIM });
  loadOfficial(variablesOf(encoder), textEncoderTensors(), textEncoderNames());
  const matcher = buildMatcher({ dim: DIM, regionsSide: 17, wordScore: 'official' });
  const numbers = tf.tidy(() => {
    const rgba = tf.tensor(Float32Array.from(data), [1, SIDE, SIDE, 4]);
    const image = rgba.slice([0, 0, 0, 0], [1, SIDE, SIDE, 3]).div(127.5).sub(1);
    const lengths = tf.tensor1d([PROMPT.ids.length], 'int32');
    const words = outputsOf(encoder, [tf.tensor2d([PROMPT.ids], undefined, 'int32'), lengths]);
    const [ofWords, ofSentence] = words;
    if (ofWords === undefined || ofSentence === undefined) throw new Error('the encoder gave too little');
    const matched = outputsOf(matcher, [...outputsOf(imageEncoder, image), ofWords, lengths, ofSentence]);
    return matched.map((each) => [...each.dataSync()]);
  });
  encoder.dispose();
  const [sentenceScores = [], wordScores = [], relevance = [], regions = []] = numbers;
  return { score: sentenceScores[0] ?? 0, wordScore: wordScores[0] ?? 0, relevance, regions };
}

describe('an imported image encoder', () => {
  it('scores in ONNX Runtime as the tf.layers models do', async () => {
    const folder = temporaryFolder();
    const trunk = buildInceptionV3({ size: SIDE });
    const heads = buildImageHeads({ mapChannels: MAP_CHANNELS, pooledDim: POOLED_DIM, embeddingDim: DIM });
    fill(variablesOf(trunk));
    randomize(variablesOf(heads), 4);
    const imageEncoder = join(folder, 'image_encoder.pth');
    const tensors = [
      ...toOfficial(variablesOf(trunk), inceptionV3Names()),
      ...toOfficial(variablesOf(heads), imageHeadNames()),
    ].map(([name, tensor]) => [`module.${name}`, tensor] as const);
    writeFileSync(imageEncoder, writeStateDict(new Map(tensors)));
    const image = picture();
    const expected = expectedScores(buildImageEncoderModel({ trunk, heads, imageSize: SIDE }), image);
    // A weight that decides nothing would let any import pass.
    expect(Math.abs(expected.score)).toBeGreaterThan(0.02);
    expect(289 * Math.max(...expected.regions)).toBeGreaterThan(1.3);

    const out = join(folder, 'bundle');
    const before = tf.memory().numTensors;
    const report = await importModel({ ...writeTinyAttngan(folder), imageEncoder, out });
    expect(tf.memory().numTensors).toBe(before);
    expect(report.files.map(({ name }) => name)).toContain('image_encoder.pth');
    await using model = await loadModel(out, { device: 'cpu' });
    const { score, wordScore, words } = await model.score(image, PROMPT.text);
    expect(Math.abs(score - expected.score)).toBeLessThan(1e-5);
    expect(Math.abs(wordScore - expected.wordScore)).toBeLessThan(1e-4);
    expect(words.map(({ text }) => text)).toEqual(PROMPT.text.split(' '));
    for (const [i, { relevance, regions }] of words.entries()) {
      expect(Math.abs((relevance ?? Number.NaN) - (expected.relevance[i] ?? 0))).toBeLessThan(1e-5);
      const seen = expected.regions.slice(i * 289, (i + 1) * 289);
      const differences = seen.map((share, place) => Math.abs(share - (regions?.data[place] ?? Number.NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
    }
    trunk.dispose();
    heads.dispose();
  }, 600_000);
});
