import { describe, expect, it } from 'vitest';
import { type DrawRequest, drawPixels } from '../../../src/sdk/generation/draw-pixels.js';
import type { LoadedStage } from '../../../src/sdk/generation/load-graphs.js';
import { normalNoise } from '../../../src/sdk/noise/index.js';
import type { TensorValue } from '../../../src/sdk/runtime/platform.js';

/** A stage that is no graph: it records what it was fed and gives what it is told. */
function stage(
  size: number,
  inputs: string[],
  output: TensorValue,
  feeds: Map<string, TensorValue>[],
): LoadedStage {
  return {
    description: { file: `stage-${size}.onnx`, size, inputs, outputs: ['image'] },
    session: {
      inputs: inputs.map((name) => ({ name, type: 'float32', dims: [] })),
      outputs: [{ name: 'image', type: 'float32', dims: [] }],
      async run(values) {
        feeds.push(new Map(values));
        return new Map([['image', output]]);
      },
      dispose: async () => undefined,
    },
  };
}

function picture(size: number, value: number): TensorValue {
  return { data: new Float32Array(3 * size * size).fill(value), dims: [1, 3, size, size] };
}

function request(stages: LoadedStage[]): DrawRequest {
  const sentence: TensorValue = { data: Float32Array.of(1, 2), dims: [1, 2] };
  return {
    stages,
    text: new Map([['sentence', sentence]]),
    noise: { zDim: 4, epsDim: 3 },
    seed: 9,
    beforeStage: () => undefined,
    afterStage: () => undefined,
  };
}

describe('drawPixels', () => {
  it('draws z from stream 0 and the eps of stage s from stream 1 + s, and hands the picture on', async () => {
    const feeds: Map<string, TensorValue>[] = [];
    const stages = [
      stage(4, ['z', 'eps', 'sentence'], picture(4, -1), feeds),
      stage(8, ['eps', 'previous_image'], picture(8, 1), feeds),
    ];
    const { data, size } = await drawPixels(request(stages));
    expect(size).toBe(8);
    expect(new Set(data)).toEqual(new Set([255]));
    expect([...(feeds[0]?.keys() ?? [])]).toEqual(['z', 'eps', 'sentence']);
    expect(feeds[0]?.get('z')).toEqual({ data: normalNoise(9, 0, 4), dims: [1, 4] });
    expect(feeds[0]?.get('eps')).toEqual({ data: normalNoise(9, 1, 3), dims: [1, 3] });
    expect(feeds[1]?.get('eps')).toEqual({ data: normalNoise(9, 2, 3), dims: [1, 3] });
    expect(feeds[1]?.get('previous_image')).toEqual(picture(4, -1));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a picture of %s', async (value) => {
    await expect(drawPixels(request([stage(4, ['z'], picture(4, value), [])]))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('stage-4.onnx to give a picture of finite numbers'),
    });
  });

  it('refuses a picture of another size', async () => {
    await expect(drawPixels(request([stage(4, ['z'], picture(8, 0), [])]))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('a picture of [1, 3, 4, 4], received [1, 3, 8, 8]'),
    });
  });

  it('stops before a stage', async () => {
    const feeds: Map<string, TensorValue>[] = [];
    const stages = [stage(4, ['z'], picture(4, 0), feeds), stage(8, ['z'], picture(8, 0), feeds)];
    const beforeStage = (): void => {
      if (feeds.length === 1) {
        throw new Error('stop');
      }
    };
    await expect(drawPixels({ ...request(stages), beforeStage })).rejects.toThrow('stop');
    expect(feeds).toHaveLength(1);
  });
});
