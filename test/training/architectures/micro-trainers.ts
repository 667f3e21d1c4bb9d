import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { AttnganTrainer } from '../../../src/training/architectures/attngan/attngan-trainer.js';
import type { RealPenaltyOptions } from '../../../src/training/architectures/real-penalty.js';
import { Stage1Trainer } from '../../../src/training/architectures/stackgan/stage1-trainer.js';
import { StackganPlusPlusTrainer } from '../../../src/training/architectures/stackgan-pp/trainer.js';
import type { Trainer } from '../../../src/training/trainer.js';

/** Numbers in [-scale, scale] that look drawn: the formula of `make-real-penalty.py` too. */
export function patternOf(shape: number[], seed: number, scale: number): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  const at = (place: number) => (((place * 7919 + seed * 104_729) % 1009) / 504.5 - 1) * scale;
  return tf.tensor(
    Array.from({ length: count }, (_, place) => at(place)),
    shape,
  );
}

const TEXT = { sentenceDim: 6, conditionDim: 4 };
const draw = (...shape: number[]) => patternOf(shape, shape.length, 1);
const patterned = (side: number) => draw(3, side, side, 3) as tf.Tensor4D;
const noise = () => ({ z: draw(3, 3) as tf.Tensor2D, eps: draw(3, 4) as tf.Tensor2D });

/** The switches that differ from test to test. */
export interface MicroSwitches {
  realPenalty?: RealPenaltyOptions;
  reconstructionWeight?: number;
}

/** A tiny trainer of each architecture, with the other small-data switches on, and a batch of three `pictures` for it. */
export const MICRO_TRAINERS: Record<
  string,
  (
    switches: MicroSwitches,
    pictures?: (side: number) => tf.Tensor4D,
  ) => { trainer: Trainer<never>; batch: unknown }
> = {
  'stackgan, Stage-I': (switches, pictures = patterned) => ({
    trainer: new Stage1Trainer(
      {
        generator: { ...TEXT, zDim: 3, baseWidth: 2 },
        discriminator: {
          baseWidth: 2,
          normalization: 'spectral',
          condition: 'sentence',
          projectionDim: 3,
          unconditionalHead: true,
        },
        loss: 'hinge',
        klWeight: 1,
        generatorLearningRate: 1e-3,
        discriminatorLearningRate: 1e-3,
        averageDecay: 0.9,
        augmentation: { shiftPixels: 4, cutPixels: 8 },
        ...switches,
      },
      new RandomStream(1),
    ),
    batch: { images: pictures(64), sentences: draw(3, 6), ...noise() },
  }),
  'stackgan-pp': (switches, pictures = patterned) => {
    const { z: noiseZ, eps } = noise();
    const scales = [pictures(64), pictures(128)];
    return {
      trainer: new StackganPlusPlusTrainer(
        {
          generator: { text: TEXT, zDim: 3, baseWidth: 4, residualBlocks: 1, branches: 2 },
          discriminator: { baseWidth: 2, normalization: 'spectral' },
          loss: 'hinge',
          augmentation: { shiftPixels: 4, cutPixels: 8 },
          ...switches,
        },
        new RandomStream(1),
      ),
      batch: { images: scales, z: noiseZ, text: { sentences: draw(3, 6), eps, wrongImages: scales } },
    };
  },
  attngan: (switches, pictures = patterned) => ({
    trainer: new AttnganTrainer(
      {
        generator: { ...TEXT, wordDim: 6, zDim: 3, baseWidth: 2, residualBlocks: 1, branches: 2 },
        discriminator: { baseWidth: 2 },
        similarity: undefined,
        loss: 'hinge',
        augmentation: { shiftPixels: 4, cutPixels: 8 },
        ...switches,
      },
      new RandomStream(1),
    ),
    batch: {
      images: [pictures(64), pictures(128)],
      sentences: draw(3, 6),
      words: draw(3, 4, 6),
      lengths: tf.tensor1d([4, 2, 1], 'int32'),
      ...noise(),
    },
  }),
};
