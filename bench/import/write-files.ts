// tsx bench/import/write-files.ts CASE FOLDER: files of a full-size release with random weights, as PyTorch saves them.
// Prints a line of JSON: the files, and their size.
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../src/sdk/noise/index.js';
import { loadTensorFlow } from '../../src/training/backend/load-tensorflow.js';
import { buildBiLstm } from '../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import { buildImageHeads } from '../../src/training/encoders/damsm/image-heads.js';
import {
  buildInceptionV3,
  MAP_CHANNELS,
  POOLED_DIM,
} from '../../src/training/encoders/inception-v3/architecture.js';
import { type NamedVariables, variablesOf } from '../../src/training/weights/named-variables.js';
import type { SafetensorsTensor } from '../../src/training/weights/safetensors.js';
import type { GeneratorPart } from '../../tools/import/detect/parts.js';
import { buildGenerator } from '../../tools/import/models/build-generator.js';
import { characterEncoderNames } from '../../tools/import/official-names/char-cnn-rnn.js';
import { imageHeadNames } from '../../tools/import/official-names/damsm.js';
import { inceptionV3Names } from '../../tools/import/official-names/inception-v3.js';
import { toOfficial } from '../../tools/import/official-names/load-official.js';
import type { OfficialName } from '../../tools/import/official-names/official-name.js';
import { textEncoderNames } from '../../tools/import/official-names/text-encoder.js';
import { writeStateDict } from '../../tools/import/pytorch/write-state-dict.js';
import { CASE_NAMES, type CaseFiles, type CaseName } from './cases.js';

const OF_BIRDS = { sentenceDim: 256, wordDim: 256, vocabularySize: 5450, embeddingDim: 300 };
const CHARACTERS = { recurrence: 'gru', cnnDim: 512, sentenceDim: 1024 } as const;
const STAGE1 = {
  kind: 'generator',
  architecture: 'stackgan',
  stage: 1,
  sentenceDim: 1024,
  conditionDim: 128,
  zDim: 100,
  baseWidth: 192,
} as const;
const GENERATORS: Readonly<Record<CaseName, GeneratorPart>> = {
  attngan: {
    kind: 'generator',
    architecture: 'attngan',
    sentenceDim: 256,
    wordDim: 256,
    conditionDim: 100,
    zDim: 100,
    baseWidth: 32,
    residualBlocks: 2,
    branches: 3,
    images: 'every',
  },
  'stackgan-pp': {
    kind: 'generator',
    architecture: 'stackgan-pp',
    text: { sentenceDim: 1024, conditionDim: 128 },
    zDim: 100,
    baseWidth: 64,
    residualBlocks: 2,
    branches: 3,
  },
  stackgan: { ...STAGE1, stage: 2, stage1: STAGE1, residualBlocks: 2 },
};

// TensorFlow.js greets on standard output.
console.info = console.warn = console.log = (...words: unknown[]) => console.error(...words);
const [, , nameArgument, folder = '.'] = process.argv;
const name = CASE_NAMES.find((each) => each === nameArgument);
if (name === undefined) throw new RangeError('Expected CASE FOLDER.');
await loadTensorFlow();
const random = new RandomStream(0);

const generator = buildGenerator(GENERATORS[name], 'corrected', 'the bench');
const files: CaseFiles = {
  generator: write('netG.pth', official(generator.variables, generator.names)),
  ...(name === 'attngan' ? writeEncodersOfWords() : writeCharacterEncoder()),
};
const bytes = Object.values(files).reduce((sum, path) => sum + statSync(path).size, 0);
process.stdout.write(`${JSON.stringify({ files, bytes })}\n`);

function writeEncodersOfWords(): Omit<CaseFiles, 'generator'> {
  const encoder = buildBiLstm(OF_BIRDS);
  const trunk = buildInceptionV3({ size: 299 });
  const heads = buildImageHeads({
    mapChannels: MAP_CHANNELS,
    pooledDim: POOLED_DIM,
    embeddingDim: OF_BIRDS.sentenceDim,
  });
  const words = [
    '<end>',
    ...Array.from({ length: OF_BIRDS.vocabularySize - 1 }, (_, index) => `word${index}`),
  ];
  const vocabulary = join(folder, 'vocabulary.json');
  writeFileSync(vocabulary, JSON.stringify(words));
  return {
    textEncoder: write('text_encoder.pth', official(variablesOf(encoder), textEncoderNames())),
    vocabulary,
    imageEncoder: write(
      'image_encoder.pth',
      new Map([
        ...official(variablesOf(trunk), inceptionV3Names()),
        ...official(variablesOf(heads), imageHeadNames()),
      ]),
    ),
  };
}

function writeCharacterEncoder(): Omit<CaseFiles, 'generator'> {
  const encoder = buildCharCnnRnn(CHARACTERS);
  return { textEncoder: write('text_encoder.pth', official(variablesOf(encoder), characterEncoderNames())) };
}

/** Weights that keep the size of what passes through, under official names. */
function official(variables: NamedVariables, names: readonly OfficialName[]): Map<string, SafetensorsTensor> {
  for (const [name, variable] of variables) {
    const inputs = variable.size / (variable.shape.at(-1) ?? 1);
    const isPositive = name.endsWith('moving_variance') || name.endsWith('gamma');
    const values = random.normals(variable.size).map((value) => value / Math.sqrt(inputs + 4));
    const scaled = isPositive ? values.map((value) => 1 + value ** 2) : values;
    tf.tidy(() => variable.assign(tf.tensor(scaled, variable.shape)));
  }
  return toOfficial(variables, names);
}

function write(file: string, tensors: ReadonlyMap<string, SafetensorsTensor>): string {
  const path = join(folder, file);
  writeFileSync(path, writeStateDict(tensors));
  return path;
}
