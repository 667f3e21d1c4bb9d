import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeFile } from '../../../src/sdk/bundle/index.js';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../src/training/architectures/stackgan/stage2-generator.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { exportGraph, exportTextEncoder } from '../../../src/training/export/export-graphs.js';
import { layerHandlers } from '../../../src/training/export/layer-handlers.js';
import { LstmDirection } from '../../../src/training/layers/lstm-direction.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { convert, defineHandler } from '../../../tools/export/index.js';
import { ModelProtoSchema } from '../../../tools/export/writer/onnx_pb.js';
import { temporaryFolder } from '../../temporary-folder.js';

beforeAll(() => tf.setBackend('cpu'));

/** Weights large enough that a mistake shows; running variances above 0. */
function randomize(model: tf.LayersModel, seed: number, deviation = 0.3): void {
  const random = new RandomStream(seed);
  for (const [name, variable] of variablesOf(model)) {
    const values = random.normals(variable.size);
    const isVariance = name.endsWith('moving_variance');
    tf.tidy(() =>
      variable.assign(
        tf.tensor(
          values.map((v) => (isVariance ? 0.5 + v * v : deviation * v)),
          variable.shape,
        ),
      ),
    );
  }
}

const temporaryFile = () => join(temporaryFolder(), 'graph.onnx');

/** A generator's stage as ONNX, pictures with channels first in and out, compared with TensorFlow.js on random inputs. */
function exportImageStage(model: tf.LayersModel, file: string, random: RandomStream) {
  return exportGraph(model, {
    name: 'stage',
    file,
    inputs: model.inputs.map(({ shape }, index) => ({
      // The layer's name: that of its tensor has a number behind once the model was built before.
      name: model.inputNames[index] ?? '',
      layout: shape.length === 4 ? ('nchw' as const) : ('nhwc' as const),
    })),
    outputs: [{ name: 'image', layout: 'nchw' }],
    verify: { random: (length) => random.normals(length), batchSizes: [1, 2, 5] },
  });
}

describe('export of our models', () => {
  it.each([true, false])('text encoder, sentences normalised: %s', async (normalizeSentence) => {
    const textEncoder = buildBiLstm({
      vocabularySize: 30,
      embeddingDim: 6,
      sentenceDim: 10,
      normalizeSentence,
    });
    randomize(textEncoder, 4);
    const options = { vocabularySize: 30, sentenceDim: 10, maxLength: 9, random: new RandomStream(5) };
    const { verification } = await exportTextEncoder({ textEncoder, file: temporaryFile(), ...options });
    expect(verification.cases.map(({ name }) => name)).toContain('captions of 3, 1, 7, 9, 2 words');
    expect(verification.maxAbsoluteDifference).toBeLessThan(5e-6);
    textEncoder.dispose();
  });

  it('Stage-I, as convolutions with channels second and without batch normalisation', async () => {
    const options = { sentenceDim: 10, conditionDim: 6, zDim: 5, baseWidth: 4 };
    const { model, imageModel } = buildStage1Generator({ ...options, conditioningActivation: 'relu' });
    randomize(model, 6);
    const { verification } = await exportImageStage(imageModel, temporaryFile(), new RandomStream(7));
    expect(verification.maxAbsoluteDifference).toBeLessThan(2e-5);
    const { summary } = convert(imageModel, {
      handlers: layerHandlers,
      outputs: [{ name: 'image', layout: 'nchw' }],
    });
    // Two doublings are wide enough to be computed on the small map, as 9 products of 8 differences each.
    expect(summary.operators).toMatchObject({ Conv: 3 + 2 * (9 + 8), Resize: 2, Tanh: 1 });
    expect(summary.operators).not.toHaveProperty('BatchNormalization');
    expect(summary.operators).not.toHaveProperty('Transpose');
    imageModel.dispose();
  });

  it('Stage-I of the official TensorFlow code, whose last doubling is part of its picture', async () => {
    const options = { sentenceDim: 10, conditionDim: 6, zDim: 5, baseWidth: 4 };
    const { imageModel } = buildStage1Generator({ ...options, variant: 'tensorflow' });
    randomize(imageModel, 8);
    const { verification } = await exportImageStage(imageModel, temporaryFile(), new RandomStream(9));
    expect(verification.maxAbsoluteDifference).toBeLessThan(2e-5);
    imageModel.dispose();
  });

  it('a stage keeps the names of its inputs, however often such a model was built', async () => {
    const options = { sentenceDim: 10, conditionDim: 6, zDim: 5, baseWidth: 4 };
    buildStage1Generator(options).imageModel.dispose();
    const { imageModel } = buildStage1Generator(options);
    randomize(imageModel, 12);
    const file = temporaryFile();
    const { sizeBytes, sha256 } = await exportImageStage(imageModel, file, new RandomStream(13));
    const bytes = readFileSync(file);
    expect(await describeFile(bytes)).toEqual({ bytes: sizeBytes, sha256 });
    const { graph } = fromBinary(ModelProtoSchema, bytes);
    expect(graph?.input.map(({ name }) => name)).toEqual(['sentence', 'z', 'eps']);
    imageModel.dispose();
  });

  it('Stage-II, which takes the picture of Stage-I with channels second, as it comes', async () => {
    const options = { sentenceDim: 10, conditionDim: 6, baseWidth: 4, residualBlocks: 1 };
    const { imageModel } = buildStage2Generator(options);
    randomize(imageModel, 10, 0.15);
    const { verification } = await exportImageStage(imageModel, temporaryFile(), new RandomStream(11));
    // Ten convolutions deep, the last of them on 256×256 pixels.
    expect(verification.maxAbsoluteDifference).toBeLessThan(5e-5);
    const { summary } = convert(imageModel, {
      handlers: layerHandlers,
      inputs: [{ name: 'stage1_image', layout: 'nchw' }, { name: 'sentence' }, { name: 'eps' }],
      outputs: [{ name: 'image', layout: 'nchw' }],
    });
    // Three of the encoder, joint and that of its condition, two of the residual block, three narrow doublings, picture;
    // 9 products of 8 differences for the wide doubling.
    expect(summary.operators).toMatchObject({ Conv: 11 + (9 + 8), Resize: 3, Tanh: 1 });
    expect(summary.operators).not.toHaveProperty('BatchNormalization');
    expect(summary.operators).not.toHaveProperty('Transpose');
    imageModel.dispose();
  });

  it('refuses a layer that it does not know by name, before anything is written', () => {
    const textEncoder = buildBiLstm({ vocabularySize: 30, embeddingDim: 6, sentenceDim: 10 });
    const broken = defineHandler({
      layers: [LstmDirection.className],
      emit: (context) => {
        throw context.unsupported('a test');
      },
    });
    expect(() => convert(textEncoder, { handlers: [...layerHandlers, broken] })).toThrowError(
      /(forward|backward).*LstmDirection/,
    );
    expect(() => convert(textEncoder)).toThrowError(expect.objectContaining({ code: 'LAYER_UNSUPPORTED' }));
    textEncoder.dispose();
  });
});
