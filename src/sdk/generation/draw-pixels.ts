import { PREVIOUS_IMAGE } from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import { pixelsFromTensor } from '../image/pixels-from-tensor.js';
import { normalNoise } from '../noise/index.js';
import type { TensorValue } from '../runtime/platform.js';
import type { LoadedStage } from './load-graphs.js';
import { requireValue, runGraph, type TensorValues } from './run-graph.js';

/** The stream of a seed that z is drawn from. Stage s draws its eps from stream {@link EPS_STREAM} + s. */
const Z_STREAM = 0;
const EPS_STREAM = 1;

export interface DrawRequest {
  stages: readonly LoadedStage[];
  /** What the text encoder gave: `sentence`, `words` and `lengths`, batch 1. */
  text: TensorValues;
  noise: { zDim: number; epsDim: number };
  seed: number;
  /** Called before each stage; throws to stop. */
  beforeStage(): void;
  /** Called after each stage with the size of its picture in pixels. */
  afterStage(size: number): void;
}

/** A drawn picture: RGBA, row by row. */
export interface DrawnPixels {
  data: Uint8ClampedArray<ArrayBuffer>;
  size: number;
}

/**
 * Draws one picture, stage by stage; later stages take by name what earlier ones made. Pictures are drawn one
 * at a time, since a batch may round differently and a seed must give the same bytes in any company.
 * @throws WordbrushError MODEL_INVALID if a graph fails or gives no picture.
 */
export async function drawPixels(request: DrawRequest): Promise<DrawnPixels> {
  const { stages, noise, seed } = request;
  const values = new Map<string, TensorValue>(request.text);
  values.set('z', { data: normalNoise(seed, Z_STREAM, noise.zDim), dims: [1, noise.zDim] });
  let file = '';
  let size = 0;
  for (const [index, { description, session }] of stages.entries()) {
    request.beforeStage();
    ({ file, size } = description);
    const eps = normalNoise(seed, EPS_STREAM + index, noise.epsDim);
    values.set('eps', { data: eps, dims: [1, noise.epsDim] });
    for (const [name, value] of await runGraph(session, values, file)) {
      values.set(name, value);
    }
    values.set(PREVIOUS_IMAGE, requireValue(values, 'image', file));
    request.afterStage(size);
  }
  return { data: toPixels(requireValue(values, 'image', file), size, file), size };
}

function toPixels(image: TensorValue, size: number, file: string): Uint8ClampedArray<ArrayBuffer> {
  const expected = [1, 3, size, size];
  const { data, dims } = image;
  if (dims.length !== expected.length || !expected.every((dim, i) => dims[i] === dim)) {
    throw badPicture(file, `a picture of [${expected.join(', ')}]`, `[${dims.join(', ')}]`);
  }
  if (!data.every(Number.isFinite)) {
    throw badPicture(file, 'a picture of finite numbers', 'some that are not');
  }
  return pixelsFromTensor(data, size, size);
}

function badPicture(file: string, expected: string, received: string): WordbrushError {
  return new WordbrushError(
    'MODEL_INVALID',
    `Expected the graph ${file} to give ${expected}, received ${received}.`,
    {
      hint: 'Export the model again.',
      details: { file, expected, received },
    },
  );
}
