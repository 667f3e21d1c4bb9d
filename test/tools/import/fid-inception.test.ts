import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { ImageSet } from '../../../src/training/data/load-images.js';
import { buildInceptionV3 } from '../../../src/training/encoders/inception-v3/architecture.js';
import { FeatureNetwork } from '../../../src/training/evaluation/feature-network.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { type SafetensorsTensor, writeSafetensors } from '../../../src/training/weights/safetensors.js';
import { loadFidInception } from '../../../tools/import/fid-inception.js';
import { inceptionV3Names } from '../../../tools/import/official-names/inception-v3.js';
import { officialShape } from '../../../tools/import/official-names/official-layout.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import { temporaryFolder } from '../../temporary-folder.js';

/** Relative L2 of float32 against PyTorch's double precision, over 94 convolutions. */
const TOLERANCE = 1e-5;

const FIXTURE = new URL('../../fixtures/fid-inception/fid-inception.json', import.meta.url);
const CASES = z
  .array(z.object({ side: z.int(), pooled: z.array(z.number()), probabilities: z.array(z.number()) }))
  .parse(JSON.parse(readFileSync(FIXTURE, 'utf8')));

let state: Map<string, SafetensorsTensor>;

beforeAll(async () => {
  await loadTensorFlow();
  state = stateDict();
});

describe('the Inception-v3 of FID', () => {
  it('sees what PyTorch’s does, resizing included, and leaves nothing in memory', async () => {
    const file = join(temporaryFolder(), 'weights.pth');
    writeFileSync(file, writeStateDict(state));
    const before = tf.memory().numTensors;
    const graph = await loadFidInception(file);
    expect(tf.memory().numTensors).toBe(before);
    expect(graph).toMatchObject({ file: 'weights.pth', isPublished: false, features: 2048, classes: 1008 });
    expect(graph.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    const network = await FeatureNetwork.open(graph);
    for (const { side, pooled, probabilities } of CASES) {
      const seen = await network.features(picture(side));
      expect(distance(seen.pooled.values, pooled)).toBeLessThan(TOLERANCE);
      expect(distance(seen.probabilities?.values ?? [], probabilities)).toBeLessThan(TOLERANCE);
    }
    await network.dispose();
  });

  it('gives features alone where the file has no classifier', async () => {
    const file = join(temporaryFolder(), 'weights.safetensors');
    const tensors = [...state].filter(([name]) => !name.startsWith('fc.') && !name.endsWith('tracked'));
    writeFileSync(file, writeSafetensors(new Map(tensors)));
    const graph = await loadFidInception(file);
    expect(graph.classes).toBeUndefined();
    const network = await FeatureNetwork.open(graph);
    expect((await network.features(picture(64))).probabilities).toBeUndefined();
    await network.dispose();
  });

  it.each<[string, Record<string, number[]>, string]>([
    ['of torchvision’s classes', { 'fc.weight': [1000, 4] }, 'a classifier of 1000 classes'],
    ['with an auxiliary classifier', { 'AuxLogits.conv0.conv.weight': [1] }, 'AuxLogits.conv0.conv.weight'],
    ['of AttnGAN’s image encoder', { 'emb_features.weight': [1] }, 'emb_features.weight'],
    ['without most tensors', { 'Conv2d_1a_3x3.conv.weight': [32, 3, 3, 3] }, 'expected this tensor'],
    ['with half a classifier', { 'fc.bias': [1008] }, 'expected fc.weight beside fc.bias'],
  ])('is refused from a file %s', async (_, shapes, message) => {
    const file = join(temporaryFolder(), 'wrong.pth');
    const tensors = Object.entries(shapes).map(
      ([name, shape]) => [name, tensorOf(name, shape, 1, 0)] as const,
    );
    writeFileSync(file, writeStateDict(new Map(tensors)));
    const before = tf.memory().numTensors;
    await expect(loadFidInception(file)).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      message: expect.stringContaining(message),
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused from no file, and from one of another kind', async () => {
    const file = join(temporaryFolder(), 'page.html');
    await expect(loadFidInception(file)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    writeFileSync(file, '<!doctype html>');
    await expect(loadFidInception(file)).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
  });
});

/** As `make-fid-inception.py` has it, with the counters of batches that such files hold. */
function stateDict(): Map<string, SafetensorsTensor> {
  const model = buildInceptionV3({ countPadding: false, lastPooling: 'maximum' });
  const variables = variablesOf(model);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const { ours, official, layout } of inceptionV3Names()) {
    const shape = officialShape(variables.get(ours)?.shape ?? [], layout) ?? variables.get(ours)?.shape ?? [];
    tensors.set(official, tensorOf(official, shape, ...rangeOf(official, shape)));
    if (!official.endsWith('.running_var')) continue;
    const counter = official.replace(/running_var$/, 'num_batches_tracked');
    tensors.set(counter, { dtype: 'I64', shape: [], data: new BigInt64Array(1) });
  }
  model.dispose();
  tensors.set('fc.weight', tensorOf('fc.weight', [1008, 2048], 0.05, 0));
  // The Inception score leaves it out: with it all probabilities would be others.
  tensors.set('fc.bias', tensorOf('fc.bias', [1008], 1, 0));
  return tensors;
}

function rangeOf(name: string, shape: readonly number[]): [scale: number, middle: number] {
  const [, ...window] = shape;
  if (window.length > 0) return [Math.sqrt(6 / window.reduce((product, size) => product * size, 1)), 0];
  return /\.(weight|running_var)$/.test(name) ? [0.5, 1] : [0.1, 0];
}

function tensorOf(name: string, shape: readonly number[], scale: number, middle: number): SafetensorsTensor {
  const data = numbers(
    name,
    shape.reduce((product, size) => product * size, 1),
  );
  return { dtype: 'F32', shape, data: Float32Array.from(data, (value) => value * scale + middle) };
}

function picture(side: number): ImageSet {
  const values = numbers(`picture${side}`, side * side * 3);
  return {
    pixels: Uint8Array.from(values, (value) => Math.min(255, (value + 1) * 128)),
    count: 1,
    size: side,
  };
}

/** Evenly from -1 to 1. */
function numbers(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, index) => {
    let x = (index + seed) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Relative L2. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  let [squares, all] = [0, 0];
  for (const [index, value] of expected.entries()) {
    squares += ((actual[index] ?? Number.NaN) - value) ** 2;
    all += value ** 2;
  }
  return Math.sqrt(squares / all);
}
