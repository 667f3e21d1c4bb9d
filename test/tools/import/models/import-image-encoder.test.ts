import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { buildImageHeads } from '../../../../src/training/encoders/damsm/image-heads.js';
import {
  buildInceptionV3,
  MAP_CHANNELS,
  POOLED_DIM,
} from '../../../../src/training/encoders/inception-v3/architecture.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';
import { findPart } from '../../../../tools/import/models/find-part.js';
import { importImageEncoder } from '../../../../tools/import/models/import-image-encoder.js';
import { imageHeadNames } from '../../../../tools/import/official-names/damsm.js';
import { inceptionV3Names } from '../../../../tools/import/official-names/inception-v3.js';
import { toOfficial } from '../../../../tools/import/official-names/load-official.js';
import { writeStateDict } from '../../../../tools/import/pytorch/write-state-dict.js';
import { randomize } from '../official-files.js';

const EMBEDDING_DIM = 16;

beforeAll(async () => {
  await loadTensorFlow({ backend: 'native' });
});

describe('importImageEncoder', () => {
  it('gives Inception-v3 and the heads of DAMSM their weights from one .pth, and refuses one with a weight too few', () => {
    const trunk = buildInceptionV3({ size: 299 });
    const heads = buildImageHeads({
      mapChannels: MAP_CHANNELS,
      pooledDim: POOLED_DIM,
      embeddingDim: EMBEDDING_DIM,
    });
    randomize(variablesOf(heads), 2);
    // A weight that is another one in each place: a swap of two of one shape shows.
    let place = 0;
    for (const variable of variablesOf(trunk).values()) {
      const value = ++place;
      tf.tidy(() => variable.assign(tf.fill(variable.shape, value)));
    }
    const ofTrunk = toOfficial(variablesOf(trunk), inceptionV3Names());
    const tensors = new Map([...ofTrunk, ...toOfficial(variablesOf(heads), imageHeadNames())]);
    const found = findPart({ path: 'image_encoder.pth', bytes: writeStateDict(tensors) }, ['image-encoder']);
    expect(found.part).toEqual({ kind: 'image-encoder', embeddingDim: EMBEDDING_DIM });

    const { imageEncoder, matching } = importImageEncoder(found);
    expect(imageEncoder.imageSize).toBe(299);
    expect(matching).toEqual({ gamma1: 4, gamma2: 5, wordScore: 'official' });
    const ofImported = variablesOf(imageEncoder.trunk);
    place = 0;
    for (const name of variablesOf(trunk).keys()) {
      const variable = ofImported.get(name);
      place += 1;
      const bounds = tf.tidy(() => variable && [variable.min().arraySync(), variable.max().arraySync()]);
      expect([name, bounds]).toEqual([name, [place, place]]);
    }
    for (const [name, variable] of variablesOf(heads)) {
      expect(variablesOf(imageEncoder.heads).get(name)?.dataSync()).toEqual(variable.dataSync());
    }

    const before = tf.memory().numTensors;
    const few = new Map([...found.tensors].filter(([name]) => name !== 'emb_cnn_code.bias'));
    expect(() => importImageEncoder({ ...found, tensors: few })).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_INVALID',
        message: expect.stringMatching(/emb_cnn_code\.bias/),
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
    for (const model of [trunk, heads, imageEncoder.trunk, imageEncoder.heads]) model.dispose();
  }, 120_000);
});
