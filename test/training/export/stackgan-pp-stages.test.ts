import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { buildStackganPlusPlusGenerator } from '../../../src/training/architectures/stackgan-pp/generator.js';
import { layerHandlers } from '../../../src/training/export/layer-handlers.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { initializeOrthogonally } from '../../../src/training/weights/orthogonal-weights.js';
import { type ConvertOptions, convert, verify } from '../../../tools/export/index.js';
import { countOf } from '../../tools/export/compare-with-onnx.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

/** A stage is up to a dozen convolutions in float32, on maps whose values are some units large. */
const TOLERANCE = 2e-5;
const SMALL = { zDim: 5, baseWidth: 4, residualBlocks: 1, branches: 3 };
const IMAGE = { name: 'image', layout: 'nchw' } as const;
const MAP = { name: 'map', layout: 'nchw' } as const;

describe('stages of StackGAN++ in ONNX', () => {
  it('the first with text', async () => {
    const text = { sentenceDim: 6, conditionDim: 4 };
    const [stage] = buildStackganPlusPlusGenerator({ ...SMALL, text }).stages;
    const names = ['condition', 'mean', 'log_variance'];
    await compareStage(stage, { outputs: [IMAGE, MAP, ...names.map((name) => ({ name }))] });
  });

  it('the first without text', async () => {
    const [stage] = buildStackganPlusPlusGenerator({ ...SMALL, text: undefined }).stages;
    await compareStage(stage, { outputs: [IMAGE, MAP] });
  });

  it('one between, whose map comes and goes with channels second', async () => {
    const stage = buildStackganPlusPlusGenerator({ ...SMALL, text: undefined }).stages[1];
    const converted = await compareStage(stage, {
      inputs: [MAP, { name: 'condition' }],
      outputs: [IMAGE, { ...MAP, name: 'next_map' }],
    });
    expect(countOf(converted, 'Transpose')).toBe(0);
    expect(countOf(converted, 'BatchNormalization')).toBe(0);
    // Joint, first of the residual block and up-sampling as value and gate, the joint with one more each for the
    // condition; second of the residual block, picture.
    expect(countOf(converted, 'Conv')).toBe(3 * 2 + 2 + 1 + 1);
  });

  it('the last', async () => {
    const stage = buildStackganPlusPlusGenerator({ ...SMALL, text: undefined, branches: 2 }).stages[1];
    await compareStage(stage, { inputs: [MAP, { name: 'condition' }], outputs: [IMAGE] });
  });
});

async function compareStage(
  stage: tf.LayersModel | undefined,
  ports: Pick<ConvertOptions, 'inputs' | 'outputs'>,
) {
  if (stage === undefined) throw new Error('The generator has no such stage.');
  const random = new RandomStream(1);
  const variables = variablesOf(stage);
  initializeOrthogonally(variables, random);
  for (const [name, variable] of variables) {
    const near = name.endsWith('/moving_variance') ? 1 : 0;
    // Biases and running statistics that a mistake would show in.
    if (!/\/(moving_mean|moving_variance|beta|bias)$/.test(name)) continue;
    const values = random.normals(variable.size).map((value) => near + 0.2 * Math.tanh(value));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  const converted = convert(stage, { ...ports, handlers: layerHandlers });
  const normals = (length: number) => random.normals(length);
  await verify(stage, converted, { random: normals, batchSizes: [1, 3], tolerance: TOLERANCE });
  return converted;
}
