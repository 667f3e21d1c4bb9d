import * as tf from '@tensorflow/tfjs';
import { generatorVariables, runGenerator } from '../../../src/training/architectures/attngan/generator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { judgePairs, matchingLoss } from '../../../src/training/architectures/text-matching.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import {
  CROSS_ENTROPY,
  expectDiscriminatorTerms,
  generatorInputs,
  loadedDiscriminator,
  loadedGenerator,
} from './attngan-models.js';
import { ATTNGAN_TRAINING_CASES } from './attngan-training.js';

const generatorCase = defineCase({
  names: [/attngan-g-\dstage/],
  run(context) {
    for (const mask of ['fixed', 'official'] as const) {
      for (const mode of ['eval', 'train'] as const) compareGenerator(context, mask, mode);
    }
    if (context.has('loss.L')) compareGeneratorGradients(context);
  },
});

/** Pictures, attention maps and statistics of one mask and mode, starting from the stored weights. */
function compareGenerator(context: ParityContext, mask: 'fixed' | 'official', mode: 'eval' | 'train'): void {
  const { generator, variables, names } = loadedGenerator(context, mask);
  const prefix = `${mask}_${mode}`;
  const outputs = runGenerator(generator, generatorInputs(context), { training: mode === 'train' });
  const expect = (name: string, actual: tf.Tensor) => {
    if (context.has(`out.${prefix}_${name}`)) context.expectOutput(`out.${prefix}_${name}`, actual);
  };
  for (const [index, image] of outputs.images.entries()) expect(`img${64 * 2 ** index}`, image);
  for (const [index, map] of outputs.attentionMaps.entries()) expect(`att${index + 1}`, map);
  expect('mu', outputs.mean);
  expect('logvar', outputs.logVariance);
  const after = `after.${prefix}`;
  if (context.tensors.names(after).length > 0) context.expectStatistics(after, variables, names);
}

/** Gradients of the pictures' products with stored maps: `L = sum(img64 * cot64) + sum(img128 * cot128) + ...`. */
function compareGeneratorGradients(context: ParityContext): void {
  const { generator, variables, names } = loadedGenerator(context, 'fixed');
  const inputs = generatorInputs(context);
  const sentences = tf.variable(inputs.sentences);
  const words = tf.variable(inputs.words);
  const trainable = [...generatorVariables(generator, { trainableOnly: true }).values()];
  const { value, grads } = tf.variableGrads(() => {
    const { images } = runGenerator(generator, { ...inputs, sentences, words }, { training: true });
    const products = images.map((image, index) => image.mul(context.image(`in.cot${64 * 2 ** index}`)).sum());
    return tf.addN(products) as tf.Scalar;
  }, [...trainable, sentences, words]);
  context.expectOutput('loss.L', value);
  context.expectWeightGradients('grad', grads, variables, names);
  context.expectGradient('grad.in.sent_emb', grads[sentences.name] as tf.Tensor);
  context.expectGradient('grad.in.words_emb', grads[words.name] as tf.Tensor, 'words');
}

const discriminatorCase = defineCase({
  names: [/attngan-d\d+/],
  run(context) {
    const { discriminator, variables, names } = loadedDiscriminator(context, context.number('size'));
    const sentences = context.tensor<tf.Rank.R2>('in.sent_emb');
    const { reals, fakes } = storedPictures(context);
    const features = discriminator.backbone.apply(reals) as tf.Tensor;
    context.expectOutput('out.eval.features', features);
    const fits = discriminator.conditionalHead.apply([features, sentences]) as tf.Tensor;
    context.expectOutput('out.eval.cond_prob', fits.sigmoid());
    const isReal = discriminator.unconditionalHead?.apply(features) as tf.Tensor;
    context.expectOutput('out.eval.uncond_prob', isReal.sigmoid());

    const trainable = discriminatorVariables(discriminator, { trainableOnly: true });
    const { grads } = tf.variableGrads(() => {
      const logits = judgePairs(discriminator, { reals, fakes, conditions: sentences }, 'fakeFirst');
      for (const [name, logit] of Object.entries({
        real_c: logits.real,
        fake_c: logits.fake,
        wrong_c: logits.wrong,
        real_u: logits.realAlone,
        fake_u: logits.fakeAlone,
      })) {
        context.expectOutput(`out.D.${name}_prob`, (logit as tf.Tensor).sigmoid());
      }
      const { total, terms } = matchingLoss(logits, CROSS_ENTROPY, 'mean');
      expectDiscriminatorTerms(context, terms, total);
      return total;
    }, [...trainable.values()]);
    context.expectWeightGradients('grad.D', grads, variables, names);
    context.expectStatistics('after.D', variables, names);
  },
});

/** The case's own pictures, or those of the file that the cases of this size share. */
function storedPictures(context: ParityContext): { reals: tf.Tensor4D; fakes: tf.Tensor4D } {
  const size = context.has('in.real') ? '' : context.number('size');
  return { reals: context.image(`in.real${size}`), fakes: context.image(`in.fake${size}`) };
}

export const ATTNGAN_CASES: readonly ParityCase[] = [
  generatorCase,
  discriminatorCase,
  ...ATTNGAN_TRAINING_CASES,
];
