import { type Evaluation, evaluationSchema } from '../../../src/training/evaluation/evaluation-record.js';

/** The smallest evaluation that there is: of one picture, without a measure. @param sha256 of the model. */
export function tinyEvaluation(sha256: string = '0'.repeat(64)): Evaluation {
  return evaluationSchema.parse({
    formatVersion: 1,
    model: { name: 'm', architecture: 'stackgan', sha256, device: 'cpu' },
    data: { name: 'd', licence: 'MIT', trainPictures: 1, testPictures: 0 },
    protocol: {
      samples: 1,
      seed: 1,
      captions: 'first',
      size: 64,
      resize: 'none',
      features: { network: 'EfficientNet-Lite0', weightsSha256: '0'.repeat(64), side: 224 },
    },
    splits: [],
    warnings: [],
  });
}
