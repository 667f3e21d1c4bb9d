import { describe, expect, it } from 'vitest';
import type { LoadedStage } from '../../../src/sdk/generation/loaded-stage.js';
import { picturesAtOnce } from '../../../src/sdk/generation/pictures-at-once.js';

/** A stage that takes a map of so many channels and gives one of half the channels and twice the side. */
function stage(side: number, channels: number): LoadedStage {
  const value = (name: string, dims: (number | string)[]) => ({ name, type: 'float32', dims });
  return {
    description: { file: 'stage.onnx', size: 2 * side, inputs: ['map_1'], outputs: ['image'] },
    session: {
      inputs: [value('map_1', ['batch', channels, side, side])],
      outputs: [value('image', ['batch', 3, 2 * side, 2 * side])],
      run: async () => new Map(),
      dispose: async () => undefined,
    },
  };
}

describe('picturesAtOnce', () => {
  it('draws small pictures together and large ones alone', () => {
    expect(picturesAtOnce([stage(32, 128)])).toBe(8);
    // 128 channels of 256×256 are 32 MB, and some such are alive inside the stage.
    expect(picturesAtOnce([stage(32, 128), stage(256, 128)])).toBe(1);
    expect(picturesAtOnce([stage(128, 32)])).toBeGreaterThan(1);
    expect(picturesAtOnce([])).toBe(8);
  });
});
