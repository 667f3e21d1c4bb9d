import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import type { NamedVariables } from '../../../src/training/weights/named-variables.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import type { AttnganPart, GeneratorPart } from '../../../tools/import/detect/parts.js';
import { buildGenerator } from '../../../tools/import/models/build-generator.js';
import { toOfficial } from '../../../tools/import/official-names/load-official.js';
import { textEncoderNames } from '../../../tools/import/official-names/text-encoder.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import type { NamedTensors } from '../../../tools/import/read-tensors.js';

export const TINY_ATTNGAN: AttnganPart = {
  kind: 'generator',
  architecture: 'attngan',
  sentenceDim: 16,
  wordDim: 16,
  conditionDim: 6,
  zDim: 5,
  baseWidth: 2,
  residualBlocks: 1,
  branches: 2,
  images: 'every',
};

export const TINY_WORDS = ['<end>', ...Array.from({ length: 19 }, (_, index) => `word${index + 1}`)];

/** Small weights from a seed, variances positive. */
export function randomize(variables: NamedVariables, seed = 1): void {
  const random = new RandomStream(seed);
  for (const [name, variable] of variables) {
    const inputs = variable.size / (variable.shape.at(-1) ?? 1);
    const values = random.normals(variable.size).map((value) => value / Math.sqrt(inputs + 4));
    const positive = name.endsWith('moving_variance') || name.endsWith('gamma');
    tf.tidy(() =>
      variable.assign(tf.tensor(positive ? values.map((value) => 1 + value ** 2) : values, variable.shape)),
    );
  }
}

/** A generator of these sizes with random weights, under official names. */
export function generatorTensors(part: GeneratorPart): NamedTensors {
  const built = buildGenerator(part, 'corrected', 'test');
  randomize(built.variables);
  const tensors = toOfficial(built.variables, built.names);
  for (const variable of built.variables.values()) variable.dispose();
  return tensors;
}

export function textEncoderTensors(vocabularySize = 20, sentenceDim = 16): NamedTensors {
  const encoder = buildBiLstm({ vocabularySize, embeddingDim: 12, sentenceDim });
  randomize(variablesOf(encoder), 2);
  const tensors = toOfficial(variablesOf(encoder), textEncoderNames());
  encoder.dispose();
  return tensors;
}

/** Writes `netG.pth`, `text_encoder.pth` and `words.json`. */
export function writeTinyAttngan(folder: string): {
  generator: string;
  textEncoder: string;
  vocabulary: string;
} {
  const paths = {
    generator: join(folder, 'netG.pth'),
    textEncoder: join(folder, 'text_encoder.pth'),
    vocabulary: join(folder, 'words.json'),
  };
  writeFileSync(paths.generator, writeStateDict(generatorTensors(TINY_ATTNGAN)));
  writeFileSync(paths.textEncoder, writeStateDict(textEncoderTensors()));
  writeFileSync(paths.vocabulary, JSON.stringify(TINY_WORDS));
  return paths;
}
