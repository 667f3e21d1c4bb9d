import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { adversarialStep } from '../../../src/training/architectures/stackgan/adversarial-step.js';
import {
  fakeLoss,
  judgeFakes,
  judgePairs,
  type MatchingLogits,
  type MatchingLoss,
  matchingLoss,
} from '../../../src/training/architectures/text-matching.js';
import { adversarialLoss } from '../../../src/training/losses/adversarial.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import { RecordingAdam } from '../recording-adam.js';
import {
  type LoadedStage1,
  loadedBothStages,
  loadedDiscriminator,
  loadedStage1,
  loadedStage1Generator,
  stage1Inputs,
  trainable,
} from './stackgan-models.js';

const KL_WEIGHT = 2;
const LEARNING_RATE = 2e-4;
const crossEntropy = adversarialLoss('bce');
/** Intermediate results of the Stage-I generator, and our layers that give them. */
const STAGE1_MAPS = {
  c_code: 'ca_net/sample',
  h_fc: 'fc_map_nhwc',
  h_up1: 'upsample1/relu',
  h_up2: 'upsample2/relu',
  h_up3: 'upsample3/relu',
  h_up4: 'upsample4/relu',
} as const;
const STAGE1_TERMS: TermNames = { real: 'real', wrong: 'wrong', fake: 'fake' };
const STAGE2_TERMS: TermNames = {
  real: 'real_c',
  wrong: 'wrong_c',
  fake: 'fake_c',
  realAlone: 'real_u',
  fakeAlone: 'fake_u',
};

const stage1Generator = defineCase({
  names: ['v1-stage1-g'],
  plainCpu: true,
  run(context) {
    const { model, variables, names } = loadedStage1Generator(context);
    const inputs = stage1Inputs(context);
    for (const [name, layer] of Object.entries(STAGE1_MAPS)) {
      context.expectOutput(`out.eval.${name}`, outputOf(model, layer).apply(inputs) as tf.Tensor);
    }
    // No batch normalisation lies before the condition, so this pass moves no statistics.
    const condition = outputOf(model, STAGE1_MAPS.c_code).apply(inputs, { training: true });
    context.expectOutput('out.train.c_code', condition as tf.Tensor);
    for (const mode of ['eval', 'train'] as const) {
      const outputs = model.apply(inputs, { training: mode === 'train' }) as tf.Tensor[];
      for (const [index, name] of ['img', 'mu', 'logvar'].entries()) {
        context.expectOutput(`out.${mode}.${name}`, outputs[index] as tf.Tensor);
      }
    }
    context.expectStatistics('after.train', variables, names);
  },
});

const stage1Discriminator = defineCase({
  names: ['v1-stage1-d'],
  plainCpu: true,
  run(context) {
    const { discriminator, variables, names } = loadedDiscriminator(context, 1);
    const { backbone, conditionalHead } = discriminator;
    for (const mode of ['eval', 'train'] as const) {
      const training = { training: mode === 'train' };
      const features = backbone.apply(context.image('in.img'), training) as tf.Tensor;
      context.expectOutput(`out.${mode}.features`, features);
      const logits = conditionalHead.apply([features, context.tensor('in.cond')], training) as tf.Tensor;
      context.expectOutput(`out.${mode}.cond_prob`, logits.sigmoid());
    }
    context.expectStatistics('after.train', variables, names);
  },
});

/** Losses and gradients of both networks at the same weights: a step that goes nowhere. */
const stage1Losses = defineCase({
  names: ['v1-stage1-losses'],
  plainCpu: true,
  run(context) {
    const { fakes, mean } = compareOutputs(context, loadedStage1(context));
    const networks = loadedStage1(context);
    compareStep(context, networks, 0);
    const judged = (images: tf.Tensor) =>
      judgeFakes(networks.judge.discriminator, images as tf.Tensor4D, mean);
    const lossOf = (images: tf.Tensor) => fakeLoss(judged(images), crossEntropy).total;
    context.expectGradient('grad.fake_img', tf.grad(lossOf)(fakes));
    context.expectOutput('out.G.fake_prob', judged(fakes).fake.sigmoid());
  },
});

/** One step: the discriminator moves, then the generator on the same fakes. */
const stage1Step = defineCase({
  names: ['v1-stage1-step'],
  plainCpu: true,
  run(context) {
    const { fakes, mean } = compareOutputs(context, loadedStage1(context));
    const networks = loadedStage1(context);
    compareStep(context, networks, LEARNING_RATE);
    for (const [network, { variables, names }] of [
      ['netG', networks.generator],
      ['netD', networks.judge],
    ] as const) {
      context.expectStatistics(`after.${network}`, variables, names);
      context.expectAfterFirstStep(network, variables, names);
    }
    // The generator was judged by the discriminator that had already moved.
    const { fake } = judgeFakes(networks.judge.discriminator, fakes, mean);
    context.expectOutput('out.G.fake_prob', fake.sigmoid());
  },
});

const stage2Generator = defineCase({
  names: ['v1-stage2-g'],
  run(context) {
    const { stage1, stage2, variables, names } = loadedBothStages(context);
    const text = context.tensor('in.txt');
    for (const mode of ['eval', 'train'] as const) {
      const training = { training: mode === 'train' };
      const stage1Inputs = [text, context.tensor('in.z'), context.tensor('in.eps1')];
      const small = stage1.imageModel.apply(stage1Inputs, training) as tf.Tensor;
      context.expectOutput(`out.${mode}.stage1_img`, small);
      const outputs = stage2.model.apply([small, text, context.tensor('in.eps2')], training) as tf.Tensor[];
      for (const [index, name] of ['img256', 'mu', 'logvar'].entries()) {
        context.expectOutput(`out.${mode}.${name}`, outputs[index] as tf.Tensor);
      }
    }
    context.expectStatistics('after.train', variables, names);
  },
});

const stage2DiscriminatorLosses = defineCase({
  names: ['v1-stage2-d-losses'],
  run(context) {
    const { discriminator, variables, names } = loadedDiscriminator(context, 2);
    const [reals, fakes] = [context.image('in.real256'), context.image('in.fake256')];
    const conditions = context.tensor<tf.Rank.R2>('in.cond');
    const features = discriminator.backbone.apply(reals) as tf.Tensor;
    const conditional = discriminator.conditionalHead.apply([features, conditions]) as tf.Tensor;
    const unconditional = discriminator.unconditionalHead?.apply(features) as tf.Tensor;
    context.expectOutput('out.eval.features', features);
    context.expectOutput('out.eval.cond_prob', conditional.sigmoid());
    context.expectOutput('out.eval.uncond_prob', unconditional.sigmoid());

    const { grads } = tf.variableGrads(() => {
      const logits = judgePairs(discriminator, { reals, fakes, conditions });
      const { total, terms } = matchingLoss(logits, crossEntropy, 'mean');
      compareTerms(context, logits, terms, STAGE2_TERMS);
      context.expectOutput('loss.errD', total);
      return total;
    }, [...trainable(variables).values()]);
    context.expectWeightGradients('grad.D', grads, variables, names);
    context.expectStatistics('after.D', variables, names);

    const lossOfFakes = tf.valueAndGrad((images: tf.Tensor) => {
      const { total, terms } = fakeLoss(
        judgeFakes(discriminator, images as tf.Tensor4D, conditions),
        crossEntropy,
      );
      context.expectOutput('loss.errG_fake_c', terms.fake);
      context.expectOutput('loss.errG_fake_u', terms.fakeAlone as tf.Scalar);
      return total;
    });
    const { value, grad } = lossOfFakes(fakes);
    context.expectOutput('loss.errG', value);
    context.expectGradient('grad.G.fake256', grad);
  },
});

export const STACKGAN_CASES: readonly ParityCase[] = [
  stage1Generator,
  stage1Discriminator,
  stage1Losses,
  stage1Step,
  stage2Generator,
  stage2DiscriminatorLosses,
];

/** The terms of the loss by our names and by the ends of the stored ones. */
type TermNames = Readonly<Partial<Record<keyof MatchingLogits, string>>>;

/** The part of a model that ends in one of its layers. */
function outputOf(model: tf.LayersModel, layer: string): tf.LayersModel {
  return tf.model({ inputs: model.inputs, outputs: model.getLayer(layer).output });
}

/** What the networks say before they move, and the terms of the discriminator's loss. */
function compareOutputs(
  context: ParityContext,
  { generator, judge }: LoadedStage1,
): { fakes: tf.Tensor4D; mean: tf.Tensor2D } {
  const outputs = generator.model.apply(stage1Inputs(context), { training: true }) as tf.Tensor[];
  for (const [index, name] of ['fake_img', 'mu', 'logvar'].entries()) {
    context.expectOutput(`out.${name}`, outputs[index] as tf.Tensor);
  }
  const [fakes, mean] = outputs as [tf.Tensor4D, tf.Tensor2D];
  const logits = judgePairs(judge.discriminator, {
    reals: context.image('in.real'),
    fakes,
    conditions: mean,
  });
  const { terms } = matchingLoss(logits, crossEntropy, 'mean');
  compareTerms(context, logits, terms, STAGE1_TERMS);
  return { fakes, mean };
}

function compareTerms(
  context: ParityContext,
  logits: MatchingLogits,
  terms: MatchingLoss['terms'],
  names: TermNames,
): void {
  for (const [term, name] of Object.entries(names) as [keyof MatchingLogits, string][]) {
    context.expectOutput(`out.D.${name}_prob`, tf.sigmoid(logits[term] as tf.Tensor));
    context.expectOutput(`loss.errD_${name}`, terms[term] as tf.Scalar);
  }
}

/** A training step at a learning rate; its losses, and the gradients that reached the optimisers. */
function compareStep(context: ParityContext, { generator, judge }: LoadedStage1, learningRate: number): void {
  const generatorVariables = trainable(generator.variables);
  const discriminatorVariables = trainable(judge.variables);
  const generatorOptimizer = new RecordingAdam(generatorVariables, { learningRate });
  const discriminatorOptimizer = new RecordingAdam(discriminatorVariables, { learningRate });
  const sentences = context.tensor<tf.Rank.R2>('in.txt');
  const losses = adversarialStep(
    {
      generator: generator.model,
      discriminator: judge.discriminator,
      generatorVariables,
      discriminatorVariables,
      generatorOptimizer,
      discriminatorOptimizer,
      adversarial: crossEntropy,
      headCombination: 'mean',
      klWeight: KL_WEIGHT,
      discriminatorCondition: 'mean',
      augmentation: { shiftPixels: 0, cutPixels: 0 },
    },
    { images: context.image('in.real'), sentences, generatorInputs: stage1Inputs(context) },
    new RandomStream(0),
  );
  context.expectWeightGradients(
    'grad.netG',
    generatorOptimizer.gradients,
    generator.variables,
    generator.names,
  );
  context.expectWeightGradients('grad.netD', discriminatorOptimizer.gradients, judge.variables, judge.names);
  context.expectOutput('loss.errD', losses.discriminator);
  context.expectOutput('loss.errG', losses.generator);
  context.expectOutput('loss.kl', losses.kl);
  context.expectOutput('loss.errG_total', losses.generator + KL_WEIGHT * losses.kl);
}
