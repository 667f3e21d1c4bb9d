import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { attnganStep } from '../../../src/training/architectures/attngan/attngan-step.js';
import {
  type AttnganInputs,
  generatorVariables,
  runGenerator,
} from '../../../src/training/architectures/attngan/generator.js';
import { generatorLoss } from '../../../src/training/architectures/attngan/generator-loss.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { type ImageEmbedding, sameClassPairs } from '../../../src/training/encoders/damsm/damsm-loss.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import { RecordingAdam } from '../recording-adam.js';
import {
  CROSS_ENTROPY,
  expectDiscriminatorTerms,
  loadedDiscriminator,
  loadedGenerator,
} from './attngan-models.js';
import { damsmOptions } from './damsm.js';

/** On given fakes of two or more sizes; the image encoder is one that answers with given regions and codes. */
const generatorLossCase = defineCase({
  names: ['attngan-generator-loss'],
  run(context) {
    const sizes = storedSizes(context, 'in.fake');
    const discriminators = sizes.map(
      (size, index) => loadedDiscriminator(context, size, `netD${index}`).discriminator,
    );
    const fakes = sizes.map((size) => tf.variable(context.image(`in.fake${size}`)));
    const regions = tf.variable(context.image('in.region_features'));
    const codes = tf.variable(context.tensor<tf.Rank.R2>('in.cnn_code'));
    const embedding: ImageEmbedding = { regions, codes };
    const weight = context.number('LAMBDA');
    const similarity = { ...damsmOptions(context), encodeImages: () => embedding, weight };
    const text = {
      words: context.tensor<tf.Rank.R3>('in.words_emb').transpose<tf.Tensor3D>([0, 2, 1]),
      lengths: context.tensor<tf.Rank.R1>('in.cap_lens', 'int32'),
      sentences: context.tensor<tf.Rank.R2>('in.sent_emb'),
    };
    const sameClass = sameClassPairs([...context.tensors.values('in.class_ids')]);
    const { grads } = tf.variableGrads(() => {
      const options = { discriminators, adversarial: CROSS_ENTROPY, similarity };
      const loss = generatorLoss(options, fakes, text, sameClass);
      for (const [index, { terms }] of loss.adversarial.entries()) {
        context.expectOutput(`loss.cond${index}`, terms.fake);
        if (terms.fakeAlone !== undefined) context.expectOutput(`loss.uncond${index}`, terms.fakeAlone);
      }
      const { words, sentences } = similarityOf(loss.similarity);
      context.expectOutput('loss.w_loss', words.mul(weight));
      context.expectOutput('loss.s_loss', sentences.mul(weight));
      // Not the total without the DAMSM terms: with a large weight little is left of the difference's digits.
      context.expectOutput('loss.adv', tf.addN(loss.adversarial.map(({ total }) => total)));
      context.expectOutput('loss.total', loss.total);
      return loss.total;
    }, [...fakes, regions, codes]);
    for (const [index, size] of sizes.entries()) {
      context.expectGradient(`grad.in.fake${size}`, grads[fakes[index]?.name ?? ''] as tf.Tensor);
    }
    context.expectGradient('grad.in.region_features', grads[regions.name] as tf.Tensor);
    context.expectGradient('grad.in.cnn_code', grads[codes.name] as tf.Tensor);
  },
});

function similarityOf(losses: ReturnType<typeof generatorLoss>['similarity']) {
  if (losses === undefined) throw new TypeError('Expected the loss to have its DAMSM terms.');
  return {
    words: losses.words.imageToText.add(losses.words.textToImage),
    sentences: losses.sentences.imageToText.add(losses.sentences.textToImage),
  };
}

/** One whole step at 64 pixels: discriminator, then generator, both with Adam. */
const stepCase = defineCase({
  names: ['attngan-step'],
  run(context) {
    compareFakes(context);
    const g = loadedGenerator(context, 'fixed', 'netG');
    const d = loadedDiscriminator(context, 64, 'netD0');
    const generatorTrainable = generatorVariables(g.generator, { trainableOnly: true });
    const discriminatorTrainable = discriminatorVariables(d.discriminator, { trainableOnly: true });
    const generatorOptimizer = new RecordingAdam(generatorTrainable, { learningRate: 2e-4 });
    const discriminatorOptimizer = new RecordingAdam(discriminatorTrainable, { learningRate: 2e-4 });
    const losses = attnganStep(
      {
        generator: g.generator,
        generatorVariables: generatorTrainable,
        generatorOptimizer,
        discriminators: [
          {
            discriminator: d.discriminator,
            variables: discriminatorTrainable,
            optimizer: discriminatorOptimizer,
          },
        ],
        adversarial: CROSS_ENTROPY,
        klWeight: 1,
        similarity: undefined,
        augmentation: { shiftPixels: 0, cutPixels: 0 },
      },
      { ...firstStageInputs(context), images: [context.image('in.real64')] },
      new RandomStream(0),
    );
    const terms = {
      real: losses.real64,
      wrong: losses.wrong64,
      fake: losses.fake64,
      realAlone: losses.realAlone64,
      fakeAlone: losses.fakeAlone64,
    };
    expectDiscriminatorTerms(context, terms, losses.discriminator);
    context.expectOutput('loss.errG_c', losses.generator64 ?? Number.NaN);
    context.expectOutput('loss.errG_u', losses.generatorAlone64 ?? Number.NaN);
    context.expectOutput('loss.kl', losses.kl);
    context.expectOutput('loss.errG_total', losses.generatorTotal);
    context.expectWeightGradients('grad.netD0', discriminatorOptimizer.gradients, d.variables, d.names);
    context.expectWeightGradients('grad.netG', generatorOptimizer.gradients, g.variables, g.names);
    context.expectAfterFirstStep('netD0', d.variables, d.names);
    context.expectAfterFirstStep('netG', g.variables, g.names);
    context.expectStatistics('after.netD0', d.variables, d.names);
    context.expectStatistics('after.netG', g.variables, g.names);
    tf.dispose([generatorOptimizer.gradients, discriminatorOptimizer.gradients]);
  },
});

/** The fakes that the step trains on, drawn by themselves. */
function compareFakes(context: ParityContext): void {
  const { generator } = loadedGenerator(context, 'fixed', 'netG');
  const { images } = runGenerator(generator, firstStageInputs(context), { training: true });
  const [fakes] = images;
  if (fakes !== undefined) context.expectOutput('out.fake64', fakes);
}

/** The first stage reads no words. */
function firstStageInputs(context: ParityContext): AttnganInputs {
  const sentences = context.tensor<tf.Rank.R2>('in.sent_emb');
  const [batch, dim] = sentences.shape;
  return {
    sentences,
    words: tf.zeros([batch, 1, dim]),
    lengths: tf.ones([batch], 'int32'),
    z: context.tensor<tf.Rank.R2>('in.z'),
    eps: context.tensor<tf.Rank.R2>('in.eps'),
  };
}

/** Sizes of stored pictures `<prefix><size>`, smallest first. */
function storedSizes(context: ParityContext, prefix: string): number[] {
  const sizes = context.tensors.names(prefix).map((name) => Number(name.slice(prefix.length)));
  return sizes.filter(Number.isInteger).toSorted((a, b) => a - b);
}

export const ATTNGAN_TRAINING_CASES: readonly ParityCase[] = [generatorLossCase, stepCase];
