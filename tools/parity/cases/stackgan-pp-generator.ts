import * as tf from '@tensorflow/tfjs';
import {
  applyGenerator,
  generatorVariables,
} from '../../../src/training/architectures/stackgan-pp/generator.js';
import { generatorLoss } from '../../../src/training/architectures/stackgan-pp/generator-loss.js';
import { colorConsistency, colorStatistics } from '../../../src/training/losses/color-consistency.js';
import { defineCase } from '../parity-case.js';
import { expectBranchLosses, expectColorLosses, expectGeneratorTotals } from './stackgan-pp-losses.js';
import {
  generatorInputs,
  loadedDiscriminator,
  loadedGenerator,
  lossWeights,
  sideOf,
} from './stackgan-pp-models.js';

/** Pictures, statistics, and the running statistics after a training pass. */
export const generatorCase = defineCase({
  names: [/v2-g-(un)?cond.*/],
  run(context) {
    const { generator, variables, names } = loadedGenerator(context);
    for (const mode of ['eval', 'train'] as const) {
      const outputs = applyGenerator(generator, generatorInputs(context), { training: mode === 'train' });
      for (const [branch, image] of outputs.images.entries()) {
        context.expectOutput(`out.${mode}.img${sideOf(branch)}`, image);
      }
      if (outputs.statistics === undefined) continue;
      context.expectOutput(`out.${mode}.mu`, outputs.statistics.mean);
      context.expectOutput(`out.${mode}.logvar`, outputs.statistics.logVariance);
    }
    context.expectStatistics('after.train', variables, names);
  },
});

/** Colour consistency by itself, three scales, with its gradients for the pictures. */
export const colorCase = defineCase({
  names: ['v2-color'],
  plainCpu: true,
  run(context) {
    const weight = context.number('COLOR_LOSS');
    const images = [1, 2, 3].map((scale) => context.image(`in.img${scale}`));
    for (const [index, image] of images.entries()) {
      const { mean, covariance } = colorStatistics(image);
      context.expectOutput(`out.mu${index + 1}`, mean);
      context.expectOutput(`out.cov${index + 1}`, covariance);
    }
    expectColorLosses(
      context,
      [1, 2].map((scale) => colorConsistency(images[scale] as tf.Tensor4D, images[scale - 1] as tf.Tensor4D)),
    );
    const total = (...scales: tf.Tensor[]) => {
      const outputs = { images: scales as tf.Tensor4D[], statistics: undefined };
      const loss = generatorLoss([], outputs, { ...lossWeights(context), colorWeight: weight }).total;
      // TF.js refuses a gradient for what the loss does not reach; the coarsest scale's has to be zero.
      return loss.add((scales[0] as tf.Tensor).sum().mul(0));
    };
    const { value, grads } = tf.valueAndGrads(total)(images);
    context.expectOutput('loss.total', value);
    for (const [index, gradient] of grads.entries()) context.expectGradient(`grad.img${index + 1}`, gradient);
  },
});

/** The generator's loss over all branches, with the gradients of all its weights. */
export const generatorLossCase = defineCase({
  names: [/v2-g-loss.*/],
  run(context) {
    const { generator, variables, names } = loadedGenerator(context, 'netG');
    const discriminators = generator.stages.map(
      (_, branch) => loadedDiscriminator(context, sideOf(branch), `netD${branch}`).discriminator,
    );
    const trainable = [...generatorVariables(generator, { trainableOnly: true }).values()];
    const { grads } = tf.variableGrads(() => {
      const outputs = applyGenerator(generator, generatorInputs(context), { training: true });
      const loss = generatorLoss(discriminators, outputs, lossWeights(context));
      expectBranchLosses(context, loss.branches);
      expectColorLosses(context, loss.colors);
      expectGeneratorTotals(context, loss);
      return loss.total;
    }, trainable);
    context.expectWeightGradients('grad.netG', grads, variables, names);
  },
});
