import { describe, expect, it } from 'vitest';
import { loadModel, type ProgressEvent } from '../../../src/sdk/index.js';
import { useMicroUnconditional } from '../micro-bundles.js';
import { TINY_BUNDLE } from '../tiny-bundle.js';

describe('warmUp()', () => {
  const unconditional = useMicroUnconditional();

  it('reports its stages as phase warmup, and changes no picture after it', async () => {
    await using model = await loadModel(TINY_BUNDLE, { device: 'cpu' });
    const before = await model.generate('sun', { seed: 7, output: 'rgba' });
    const events: ProgressEvent[] = [];
    await model.warmUp({ onProgress: (event) => events.push(event) });
    expect(events).toEqual([
      { phase: 'warmup', completed: 1, total: 2 },
      { phase: 'warmup', completed: 2, total: 2 },
    ]);
    const after = await model.generate('sun', { seed: 7, output: 'rgba' });
    expect(after.images).toEqual(before.images);
  });

  it('runs the graphs of every worker', async () => {
    await using model = await loadModel(TINY_BUNDLE, { device: 'cpu', workers: 2 });
    const events: ProgressEvent[] = [];
    await model.warmUp({ onProgress: (event) => events.push(event) });
    expect(events.map(({ completed, total }) => [completed, total])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  it('takes a model without text', async () => {
    await using model = await loadModel(unconditional(), { device: 'cpu', conditional: false });
    await expect(model.warmUp()).resolves.toBeUndefined();
  });

  it('stops when it is aborted, and is refused by a model that was disposed of', async () => {
    const model = await loadModel(TINY_BUNDLE, { device: 'cpu' });
    await expect(model.warmUp({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await model.dispose();
    await expect(model.warmUp()).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});
