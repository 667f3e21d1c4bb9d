import { describe, expect, it } from 'vitest';
import {
  type DrawnStage,
  type DrawStagesOptions,
  drawStages,
  type PictureRequest,
} from '../../../src/sdk/generation/draw-stages.js';
import { heldOutputs, type LoadedStage } from '../../../src/sdk/generation/loaded-stage.js';
import { drawNoise } from '../../../src/sdk/generation/picture-noise.js';
import { normalNoise } from '../../../src/sdk/noise/index.js';
import { HeldTensorLost } from '../../../src/sdk/runtime/held-tensor.js';
import type { GraphValue, HeldTensor, TensorValue } from '../../../src/sdk/runtime/platform.js';

/** A stage that is no graph: it records what it was fed and gives what it is told. */
function stage(
  size: number,
  inputs: string[],
  output: TensorValue,
  feeds: Map<string, GraphValue>[],
): LoadedStage {
  return {
    description: { file: `stage-${size}.onnx`, size, inputs, outputs: ['image'] },
    session: {
      inputs: inputs.map((name) => ({ name, type: 'float32', dims: [] })),
      outputs: [{ name: 'image', type: 'float32', dims: [] }],
      async run(values) {
        feeds.push(new Map(values));
        const rows = values.get(inputs[0] ?? '')?.dims[0] ?? 1;
        const data = new Float32Array(rows * output.data.length);
        for (let row = 0; row < rows; row++) data.set(output.data, row * output.data.length);
        return new Map([['image', { data, dims: [rows, ...output.dims.slice(1)] }]]);
      },
      dispose: async () => undefined,
    },
  };
}

function picture(size: number, value: number): TensorValue {
  return { data: new Float32Array(3 * size * size).fill(value), dims: [1, 3, size, size] };
}

function request(seed: number, words = 1): PictureRequest {
  const sentence: TensorValue = { data: Float32Array.of(1, 2), dims: [1, 2] };
  const ids: TensorValue = { data: new Float32Array(words), dims: [1, words] };
  const shape = { zDim: 4, epsDim: 3, epsStages: [0, 1] };
  return {
    text: new Map([
      ['sentence', sentence],
      ['words', ids],
    ]),
    noise: drawNoise(shape, { seed, truncation: undefined, variation: 1, given: undefined }),
  };
}

function draw(
  stages: LoadedStage[],
  requests: PictureRequest[] = [request(9)],
  options: Partial<DrawStagesOptions> = {},
): AsyncGenerator<DrawnStage> {
  return drawStages({ stages, requests, atOnce: 8, mayGoOn: () => undefined, signal: undefined, ...options });
}

async function allOf(steps: AsyncGenerator<DrawnStage>): Promise<DrawnStage[]> {
  const all: DrawnStage[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

describe('drawStages', () => {
  it('draws z from stream 0 and the eps of stage s from stream 1 + s, and hands the picture on', async () => {
    const feeds: Map<string, GraphValue>[] = [];
    const stages = [
      stage(4, ['z', 'eps', 'sentence'], picture(4, -1), feeds),
      stage(8, ['eps', 'previous_image'], picture(8, 1), feeds),
    ];
    const drawn = await allOf(draw(stages));
    expect(drawn).toMatchObject([
      { index: 0, stage: 0, size: 4 },
      { index: 0, stage: 1, size: 8 },
    ]);
    expect(new Set(drawn[1]?.image)).toEqual(new Set([1]));
    expect([...(feeds[0]?.keys() ?? [])]).toEqual(['z', 'eps', 'sentence']);
    expect(feeds[0]?.get('z')).toEqual({ data: normalNoise(9, 0, 4), dims: [1, 4] });
    expect(feeds[0]?.get('eps')).toEqual({ data: normalNoise(9, 1, 3), dims: [1, 3] });
    expect(feeds[1]?.get('eps')).toEqual({ data: normalNoise(9, 2, 3), dims: [1, 3] });
    expect(feeds[1]?.get('previous_image')).toEqual(picture(4, -1));
  });

  it('draws pictures together, at most so many, and only those whose texts are equally long', async () => {
    const feeds: Map<string, GraphValue>[] = [];
    const stages = [stage(4, ['z', 'words'], picture(4, 0), feeds)];
    const requests = [request(1), request(2), request(3), request(4, 2), request(5, 2)];
    const drawn = await allOf(draw(stages, requests, { atOnce: 2 }));
    expect(drawn.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(feeds.map((values) => values.get('z')?.dims)).toEqual([
      [2, 4],
      [1, 4],
      [2, 4],
    ]);
    expect(feeds[0]?.get('z')?.data).toEqual(
      Float32Array.of(...normalNoise(1, 0, 4), ...normalNoise(2, 0, 4)),
    );
  });

  it.each([
    ['that is no square', [1, 2, 2, 8]],
    ['of fewer words than the text has', [1, 1, 4, 4]],
  ])('refuses attention %s', async (_, dims) => {
    const attends = stage(4, ['z', 'words'], picture(4, 0), []);
    const { description, session } = attends;
    const attention = { data: new Float32Array(dims.reduce((a, b) => a * b, 1)), dims };
    const wrong: LoadedStage = {
      description: { ...description, outputs: ['image', 'attention'] },
      session: {
        ...session,
        run: async (values) => new Map([...(await session.run(values)), ['attention', attention]]),
      },
    };
    await expect(allOf(draw([wrong], [request(1, 2)]))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('stage-4.onnx to give attention of'),
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a picture of %s', async (value) => {
    await expect(allOf(draw([stage(4, ['z'], picture(4, value), [])]))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('stage-4.onnx to give image of finite numbers'),
    });
  });

  it('refuses a picture of another size', async () => {
    await expect(allOf(draw([stage(4, ['z'], picture(8, 0), [])]))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('image of [1, 3, 4, 4], received [1, 3, 8, 8]'),
    });
  });

  it('stops before a stage', async () => {
    const feeds: Map<string, GraphValue>[] = [];
    const stages = [stage(4, ['z'], picture(4, 0), feeds), stage(8, ['z'], picture(8, 0), feeds)];
    const mayGoOn = (): void => {
      if (feeds.length === 1) {
        throw new Error('stop');
      }
    };
    await expect(allOf(draw(stages, [request(9)], { mayGoOn }))).rejects.toThrow('stop');
    expect(feeds).toHaveLength(1);
  });
});

describe('drawStages in several lanes', () => {
  /** A stage whose runs end when the test says so; `open` holds those that go on. */
  function heldStage(): { stages: LoadedStage[]; open: { rows: number; end(error?: Error): void }[] } {
    const open: { rows: number; end(error?: Error): void }[] = [];
    const held = stage(4, ['z'], picture(4, 0), []);
    const session = {
      ...held.session,
      run: (values: ReadonlyMap<string, GraphValue>) => {
        const rows = values.get('z')?.dims[0] ?? 1;
        return new Promise<ReadonlyMap<string, TensorValue>>((resolve, reject) => {
          const image = { data: new Float32Array(rows * 48), dims: [rows, 3, 4, 4] };
          open.push({
            rows,
            end: (error) => (error === undefined ? resolve(new Map([['image', image]])) : reject(error)),
          });
        });
      },
    };
    return { stages: [{ ...held, session }], open };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('shares the pictures of a call evenly, and runs no more at once than there are lanes', async () => {
    const { stages, open } = heldStage();
    const requests = Array.from({ length: 5 }, (_, seed) => request(seed));
    const all = allOf(draw(stages, requests, { lanes: 2, atOnce: 2 }));
    await settled();
    expect(open.map(({ rows }) => rows)).toEqual([2, 2]);
    open[1]?.end();
    await settled();
    expect(open.map(({ rows }) => rows)).toEqual([2, 2, 1]);
    open[0]?.end();
    open[2]?.end();
    expect((await all).map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('ends with the first error, after the other runs', async () => {
    const { stages, open } = heldStage();
    let ended = false;
    const all = allOf(draw(stages, [request(1), request(2)], { lanes: 2 })).finally(() => {
      ended = true;
    });
    all.catch(() => undefined);
    await settled();
    open[0]?.end(new Error('lost'));
    await settled();
    expect(ended).toBe(false);
    open[1]?.end();
    await expect(all).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});

describe('drawStages with a device that holds what one stage hands to the next', () => {
  /** Three stages on a device without graphs: it knows which tensors it holds, and can lose them. */
  function device() {
    const held = new Set<HeldTensor>();
    const runs: { size: number; outputs: readonly string[] | undefined }[] = [];
    let failing: Error | undefined;
    const hold = (): HeldTensor => {
      const tensor = { data: undefined, dims: [1, 2], dispose: () => void held.delete(tensor) };
      held.add(tensor);
      return tensor;
    };
    const stageOf = (size: number, input: string, output: string | undefined): LoadedStage => {
      const { description, session } = stage(size, [input], picture(size, size / 100), []);
      return {
        description: {
          ...description,
          outputs: output === undefined ? ['image'] : ['image', 'attention', output],
        },
        session: {
          ...session,
          async run(values, outputs) {
            runs.push({ size, outputs });
            const taken = values.get(input);
            if (taken?.data === undefined && !(taken !== undefined && held.has(taken))) {
              throw new HeldTensorLost();
            }
            if (failing !== undefined) throw failing;
            const results = new Map<string, GraphValue>([['image', picture(size, size / 100)]]);
            if (outputs?.includes('attention')) {
              results.set('attention', { data: new Float32Array(4), dims: [1, 1, 2, 2] });
            }
            if (output !== undefined && outputs?.includes(output)) results.set(output, hold());
            return results;
          },
        },
      };
    };
    return {
      stages: [stageOf(4, 'z', 'a'), stageOf(8, 'a', 'b'), stageOf(16, 'b', undefined)],
      held,
      runs,
      lose: () => held.clear(),
      fail: (error: Error) => {
        failing = error;
      },
    };
  }
  const sizes = (drawn: readonly DrawnStage[]): number[] => drawn.map(({ size }) => size);

  it('hands it on, keeps one stage of it at most, and frees it all', async () => {
    const { stages, held } = device();
    const drawn: DrawnStage[] = [];
    const heldThen: number[] = [];
    for await (const step of draw(stages)) {
      drawn.push(step);
      heldThen.push(held.size);
    }
    expect(sizes(drawn)).toEqual([4, 8, 16]);
    expect(heldThen).toEqual([1, 1, 0]);
    expect(drawn[0]?.attention?.side).toBe(2);
  });

  it('does not ask a last stage for what nobody takes', async () => {
    const { stages, runs, held } = device();
    expect(sizes(await allOf(draw(stages.slice(0, 2))))).toEqual([4, 8]);
    expect(runs.map(({ outputs }) => outputs)).toEqual([
      ['image', 'attention', 'a'],
      ['image', 'attention'],
    ]);
    expect(held.size).toBe(0);
  });

  it('frees it when the caller stops, is stopped, or a stage fails', async () => {
    const stopping = device();
    for await (const { size } of draw(stopping.stages)) if (size === 8) break;
    expect(stopping.held.size).toBe(0);

    const stopped = device();
    const mayGoOn = (): void => {
      if (stopped.runs.length === 2) throw new Error('stop');
    };
    await expect(allOf(draw(stopped.stages, undefined, { mayGoOn }))).rejects.toThrow('stop');
    expect(stopped.held.size).toBe(0);

    const failed = device();
    const steps = draw(failed.stages);
    await steps.next();
    expect(failed.held.size).toBe(1);
    failed.fail(new Error('out of memory'));
    await expect(steps.next()).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    expect(failed.held.size).toBe(0);
  });

  it('begins again when it is lost, as often as it takes, and gives each picture once', async () => {
    const { stages, runs, lose, held } = device();
    const drawn: DrawnStage[] = [];
    let losses = 3;
    const mayGoOn = (): void => {
      if (runs.length > 0 && losses-- > 0) lose();
    };
    for await (const step of draw(stages, [request(1)], { mayGoOn })) drawn.push(step);
    expect(sizes(drawn)).toEqual([4, 8, 16]);
    expect(runs.length).toBeGreaterThan(3);
    expect(held.size).toBe(0);
  });
});

describe('heldOutputs', () => {
  const description = (inputs: string[], outputs: string[]) => ({ file: 'a', size: 4, inputs, outputs });
  it('are those that the next stage takes and no later one, and no picture', () => {
    const stages = [
      description(['z'], ['image', 'attention', 'a', 'b']),
      description(['a', 'b', 'attention'], ['image', 'c']),
      description(['b', 'c'], ['image', 'd']),
    ];
    expect(stages.map((_, index) => heldOutputs(stages, index))).toEqual([['a'], ['c'], []]);
  });
});
