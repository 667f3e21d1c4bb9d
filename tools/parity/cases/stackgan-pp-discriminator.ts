import * as tf from '@tensorflow/tfjs';
import type { Discriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { judge } from '../../../src/training/architectures/judgement.js';
import {
  type BranchBatch,
  type BranchJudgements,
  discriminatorLoss,
  judgeBranch,
} from '../../../src/training/architectures/stackgan-pp/discriminator-loss.js';
import { generatorLoss } from '../../../src/training/architectures/stackgan-pp/generator-loss.js';
import { defineCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import { expectDiscriminatorLoss, expectGeneratorTotals } from './stackgan-pp-losses.js';
import { discriminatorBatch, loadedDiscriminator, lossWeights } from './stackgan-pp-models.js';

/** One discriminator: its heads, its loss, and the generator's loss through it alone. */
export const discriminatorCase = defineCase({
  names: [/v2-d\d+(-uncond)?/],
  run(context) {
    const { discriminator, variables, names, load } = loadedDiscriminator(context, context.number('size'));
    const batch = discriminatorBatch(context);
    compareHeads(context, discriminator, batch);

    const trainable = [...discriminatorVariables(discriminator, { trainableOnly: true }).values()];
    const { grads } = tf.variableGrads(() => {
      const judgements = judgeBranch(discriminator, batch);
      compareJudgements(context, judgements);
      const loss = discriminatorLoss(judgements, lossWeights(context));
      expectDiscriminatorLoss(context, loss);
      if (context.has('loss.u0.errD')) {
        const conditionalOnly = { ...lossWeights(context), unconditionalWeight: 0 };
        context.expectOutput('loss.u0.errD', discriminatorLoss(judgements, conditionalOnly).total);
      }
      return loss.total;
    }, trainable);
    context.expectWeightGradients('grad.D', grads, variables, names);
    context.expectStatistics('after.D', variables, names);

    load();
    compareGeneratorLossThrough(context, discriminator, batch);
  },
});

/** The same on plain JavaScript too, for the smallest. */
export const smallDiscriminatorCase = defineCase({
  ...discriminatorCase,
  names: ['v2-d64-uncond'],
  plainCpu: true,
});

function compareHeads(
  context: ParityContext,
  discriminator: Discriminator,
  { real, text }: BranchBatch,
): void {
  const training = { training: false };
  context.expectOutput('out.eval.features', discriminator.backbone.apply(real, training) as tf.Tensor);
  const { conditional, unconditional } = judge(discriminator, real, text?.mean, training);
  if (conditional === undefined) {
    expectProbability(context, 'out.eval.prob', unconditional);
  } else {
    expectProbability(context, 'out.eval.cond_prob', conditional);
    expectProbability(context, 'out.eval.uncond_prob', unconditional);
  }
}

function compareJudgements(context: ParityContext, judgements: BranchJudgements): void {
  for (const kind of ['real', 'wrong', 'fake'] as const) {
    const judgement = judgements[kind];
    if (judgement === undefined) continue;
    const { conditional, unconditional } = judgement;
    if (conditional === undefined) {
      expectProbability(context, `out.D.${kind}_prob`, unconditional);
    } else {
      expectProbability(context, `out.D.${kind}_c_prob`, conditional);
      expectProbability(context, `out.D.${kind}_u_prob`, unconditional);
    }
  }
}

/** The loss with its gradients for the pictures and, since they are not detached, mean and log variance. */
function compareGeneratorLossThrough(
  context: ParityContext,
  discriminator: Discriminator,
  { fake, text }: BranchBatch,
): void {
  const inputs: tf.Tensor[] = text === undefined ? [fake] : [fake, text.mean, context.tensor('in.logvar')];
  const loss = (images: tf.Tensor, mean?: tf.Tensor, logVariance?: tf.Tensor) => {
    const statistics =
      mean === undefined || logVariance === undefined
        ? undefined
        : { mean: mean as tf.Tensor2D, logVariance: logVariance as tf.Tensor2D };
    const outputs = { images: [images as tf.Tensor4D], statistics };
    const terms = generatorLoss([discriminator], outputs, lossWeights(context));
    const [branch] = terms.branches;
    if (branch?.conditional === undefined) {
      context.expectOutput('loss.errG_fake', branch?.unconditional ?? Number.NaN);
    } else {
      context.expectOutput('loss.errG_fake_c', branch.conditional);
      context.expectOutput('loss.errG_fake_u', branch.unconditional ?? Number.NaN);
    }
    expectGeneratorTotals(context, terms);
    return terms.total;
  };
  const gradients = tf.grads(loss as (...tensors: tf.Tensor[]) => tf.Tensor)(inputs);
  for (const [index, name] of ['fake', 'mu', 'logvar'].slice(0, inputs.length).entries()) {
    context.expectGradient(`grad.G.${name}`, gradients[index] as tf.Tensor);
  }
}

function expectProbability(context: ParityContext, name: string, logits: tf.Tensor | undefined): void {
  context.expectOutput(name, logits?.sigmoid() ?? Number.NaN);
}
