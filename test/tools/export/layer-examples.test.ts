import { describe, it } from 'vitest';
import { compareWithOnnx } from './compare-with-onnx.js';
import { layerExamples } from './layer-examples/index.js';

describe('every layer of the table', () => {
  for (const { className, models, comparison } of layerExamples) {
    it(`${className} equals TF.js`, async () => {
      for (const make of models) {
        const model = make();
        await compareWithOnnx(model, { tolerance: 1e-5, ...comparison });
        model.dispose();
      }
    });
  }
});
