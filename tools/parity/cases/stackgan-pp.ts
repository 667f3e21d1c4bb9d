import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import type { Discriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { judge } from '../../../src/training/architectures/judgement.js';
import {
  type BranchBatch,
  type BranchJudgements,
  discriminatorLoss,
  judgeBranch,
} from '../../../src/training/architectures/stackgan-pp/discriminator-loss.js';
import {
  applyGenerator,
  generatorVariables,
} from '../../../src/training/architectures/stackgan-pp/generator.js';
import { generatorLoss } from '../../../src/training/architectures/stackgan-pp/generator-loss.js';
import {
  type StackganPlusPlusLosses,
  stackganPlusPlusStep,
} from '../../../src/training/architectures/stackgan-pp/training-step.js';
import {
  type ColorConsistencyTerms,
  colorConsistency,
  colorStatistics,
} from '../../../src/training/losses/color-consistency.js';
import type { NamedVariables } from '../../../src/training/weights/named-variables.js';
import type { OfficialName } from '../../import/official-names/official-name.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import { RecordingAdam } from '../recording-adam.js';
import {
  discriminatorBatch,
  generatorInputs,
  loadedDiscriminator,
  loadedGenerator,
  lossWeights,
  sideOf,
  stepBatch,
} from './stackgan-pp-models.js';

/** As the official trainer sets it. */
const ADAM = { learningRate: 2e-4 };

/** Pictures, statistics, and the running statistics after a training pass. */
const generatorCase = defineCase({
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

/** One discriminator: its heads, its loss, and the generator's loss through it alone. */
const discriminatorCase = defineCase({
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
const smallDiscriminatorCase = defineCase({ ...discriminatorCase, names: ['v2-d64-uncond'], plainCpu: true });

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

/** Colour consistency by itself, three scales, with its gradients for the pictures. */
const colorCase = defineCase({
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
const generatorLossCase = defineCase({
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

/** One whole training iteration: losses, gradients, and all weights after it. */
const stepCase = defineCase({
  names: [/v2-step.*/],
  run(context) {
    const { generator, variables, names, load } = loadedGenerator(context, 'netG');
    const { images } = applyGenerator(generator, generatorInputs(context), { training: true });
    for (const [branch, image] of images.entries()) context.expectOutput(`out.fake${sideOf(branch)}`, image);
    // That pass has moved the running statistics.
    load();

    const trainable = generatorVariables(generator, { trainableOnly: true });
    const generatorOptimizer = new RecordingAdam(trainable, ADAM);
    const branches = generator.stages.map((_, branch) => {
      const loaded = loadedDiscriminator(context, sideOf(branch), `netD${branch}`);
      const moved = discriminatorVariables(loaded.discriminator, { trainableOnly: true });
      return { ...loaded, network: `netD${branch}`, moved, optimizer: new RecordingAdam(moved, ADAM) };
    });
    const losses = stackganPlusPlusStep(
      {
        generator,
        generatorVariables: trainable,
        generatorOptimizer,
        discriminators: branches.map(({ discriminator, moved, optimizer }) => ({
          discriminator,
          variables: moved,
          optimizer,
        })),
        weights: lossWeights(context),
        augmentation: { shiftPixels: 0, cutPixels: 0 },
      },
      stepBatch(context, branches.length),
      new RandomStream(0),
    );
    for (const branch of branches.keys()) {
      // With several, the name of none of them is `errD` alone.
      const suffix = branches.length > 1 ? `${branch}` : '';
      const terms = discriminatorTerms(losses, branch);
      if (context.has(`loss.errD${suffix}`)) expectDiscriminatorLoss(context, terms, suffix);
    }
    expectBranchLosses(
      context,
      branches.map((_, branch) => generatorTerms(losses, branch)),
    );
    expectGeneratorTotals(context, { total: losses.generatorTotal, kl: losses.kl });
    const networks = [...branches, { network: 'netG', variables, names, optimizer: generatorOptimizer }];
    for (const moved of networks) expectStepped(context, moved);
  },
});

interface Stepped {
  network: string;
  variables: NamedVariables;
  names: readonly OfficialName[];
  optimizer: RecordingAdam;
}

function expectStepped(context: ParityContext, { network, variables, names, optimizer }: Stepped): void {
  context.expectWeightGradients(`grad.${network}`, optimizer.gradients, variables, names);
  context.expectStatistics(`after.${network}`, variables, names);
  context.expectAfterFirstStep(network, variables, names);
}

type Value = tf.Tensor | number;

interface HeadValues {
  conditional: Value | undefined;
  unconditional: Value | undefined;
}

interface DiscriminatorValues {
  total: Value;
  real: HeadValues;
  wrong: HeadValues | undefined;
  fake: HeadValues;
}

/** What a step says of the discriminator of a branch. */
function discriminatorTerms(losses: StackganPlusPlusLosses, branch: number): DiscriminatorValues {
  const side = sideOf(branch);
  const heads = (kind: 'real' | 'wrong' | 'fake'): HeadValues => ({
    conditional: losses[`${kind}${side}`],
    unconditional: losses[`${kind}Alone${side}`],
  });
  const total = losses[`discriminator${side}`] ?? Number.NaN;
  return { total, real: heads('real'), wrong: heads('wrong'), fake: heads('fake') };
}

/** What a step says of how far the discriminator of a branch is from taking the fakes for real. */
function generatorTerms(losses: StackganPlusPlusLosses, branch: number): HeadValues {
  const side = sideOf(branch);
  return { conditional: losses[`generator${side}`], unconditional: losses[`generatorAlone${side}`] };
}

/** @param branch what follows `errD` where a case has several discriminators. */
function expectDiscriminatorLoss(
  context: ParityContext,
  { total, real, wrong, fake }: DiscriminatorValues,
  branch = '',
): void {
  context.expectOutput(`loss.errD${branch}`, total);
  for (const [kind, losses] of Object.entries({ real, wrong, fake })) {
    if (losses === undefined) continue;
    const { conditional, unconditional } = losses;
    const name = `loss.errD${branch}_${kind}`;
    if (conditional !== undefined) context.expectOutput(`${name}_c`, conditional);
    const suffix = conditional === undefined ? '' : '_u';
    if (unconditional !== undefined) context.expectOutput(`${name}${suffix}`, unconditional);
  }
}

function expectBranchLosses(context: ParityContext, branches: readonly HeadValues[]): void {
  for (const [branch, { conditional, unconditional }] of branches.entries()) {
    if (conditional !== undefined) context.expectOutput(`loss.errG_b${branch}_c`, conditional);
    if (unconditional !== undefined) context.expectOutput(`loss.errG_b${branch}_u`, unconditional);
  }
}

/** @param colors number k compares branch k + 1 with branch k, if they are compared. */
function expectColorLosses(
  context: ParityContext,
  colors: readonly (ColorConsistencyTerms | undefined)[],
): void {
  for (const [pair, terms] of colors.entries()) {
    if (terms === undefined) continue;
    const weight = context.number('COLOR_LOSS');
    context.expectOutput(`loss.like_mu${pair + 1}`, terms.mean.mul(weight));
    context.expectOutput(`loss.like_cov${pair + 1}`, terms.covariance.mul(5 * weight));
  }
}

function expectGeneratorTotals(
  context: ParityContext,
  { total, kl }: { total: Value; kl?: Value | undefined },
): void {
  context.expectOutput('loss.errG_total', total);
  if (kl === undefined) return;
  const weight = context.number('KL', 2);
  context.expectOutput('loss.kl_times_coeff', typeof kl === 'number' ? kl * weight : kl.mul(weight));
}

function expectProbability(context: ParityContext, name: string, logits: tf.Tensor | undefined): void {
  context.expectOutput(name, logits?.sigmoid() ?? Number.NaN);
}

export const STACKGAN_PP_CASES: readonly ParityCase[] = [
  generatorCase,
  discriminatorCase,
  smallDiscriminatorCase,
  colorCase,
  generatorLossCase,
  stepCase,
];
