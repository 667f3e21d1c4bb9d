import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import {
  type DamsmLossOptions,
  retrievalLoss,
  sameClassPairs,
  sentenceScores,
  wordScores,
} from '../../../src/training/encoders/damsm/damsm-loss.js';
import { DamsmOptimizer } from '../../../src/training/encoders/damsm/damsm-optimizer.js';
import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import {
  type DamsmBatch,
  damsmLossInTraining,
  damsmStep,
} from '../../../src/training/encoders/damsm/pretraining-step.js';
import { resizeForTrunk } from '../../../src/training/encoders/damsm/resize-for-trunk.js';
import { matchWords } from '../../../src/training/encoders/damsm/word-matching.js';
import { mergeVariables, variablesOf } from '../../../src/training/weights/named-variables.js';
import { imageHeadNames } from '../../import/official-names/damsm.js';
import { loadOfficial } from '../../import/official-names/load-official.js';
import { textEncoderNames } from '../../import/official-names/text-encoder.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';

/** The gammas of a case. */
export function damsmOptions(context: ParityContext): Required<DamsmLossOptions> {
  return {
    gamma1: context.number('GAMMA1'),
    gamma2: context.number('GAMMA2'),
    gamma3: context.number('GAMMA3'),
    wordScore: 'official',
  };
}

const losses = defineCase({
  names: ['attngan-damsm-losses'],
  plainCpu: true,
  run(context) {
    compareAttention(context);
    for (const variant of ['nocls', 'cls'] as const) {
      compareWordLosses(context, variant);
      compareSentenceLosses(context, variant);
    }
  },
});

/** Where the words of each caption look in their own picture. */
function compareAttention(context: ParityContext): void {
  const { words, regions, lengths } = matchingInputs(context);
  const [batch, height, width, dim] = regions.shape;
  const places = regions.reshape<tf.Tensor3D>([batch, height * width, dim]);
  const { attention } = matchWords(words, lengths, places, damsmOptions(context));
  for (const [row, count] of lengths.dataSync().entries()) {
    const own = attention.slice([row, row, 0, 0], [1, 1, count, -1]);
    context.expectOutput(`out.att${row}`, own.reshape([1, count, height, width]), 'same');
  }
}

function compareWordLosses(context: ParityContext, variant: 'nocls' | 'cls'): void {
  const { words, regions, lengths } = matchingInputs(context);
  const { gamma3, ...options } = damsmOptions(context);
  const logits = (someRegions: tf.Tensor4D, someWords: tf.Tensor3D) =>
    wordScores(someRegions, someWords, lengths, options).mul<tf.Tensor2D>(gamma3);
  compareScores(context, 'words_scores', variant, logits(regions, words));
  const loss = (someRegions: tf.Tensor, someWords: tf.Tensor) => {
    const { imageToText, textToImage } = retrievalLoss(
      logits(someRegions as tf.Tensor4D, someWords as tf.Tensor3D),
      sameClass(context, variant),
    );
    context.expectOutput(`loss.${variant}.w_loss0`, imageToText);
    context.expectOutput(`loss.${variant}.w_loss1`, textToImage);
    return imageToText.add(textToImage);
  };
  const [byRegions, byWords] = tf.grads(loss)([regions, words]) as [tf.Tensor, tf.Tensor];
  context.expectGradient(`grad.${variant}.words.in.region_features`, byRegions);
  context.expectGradient(`grad.${variant}.words.in.words_emb`, byWords, 'words');
}

function compareSentenceLosses(context: ParityContext, variant: 'nocls' | 'cls'): void {
  const { gamma3 } = damsmOptions(context);
  const codes = context.tensor<tf.Rank.R2>('in.cnn_code');
  const sentences = context.tensor<tf.Rank.R2>('in.sent_emb');
  compareScores(context, 'sent_scores', variant, sentenceScores(codes, sentences).mul<tf.Tensor2D>(gamma3));
  const loss = (someCodes: tf.Tensor, someSentences: tf.Tensor) => {
    const { imageToText, textToImage } = retrievalLoss(
      sentenceScores(someCodes as tf.Tensor2D, someSentences as tf.Tensor2D).mul<tf.Tensor2D>(gamma3),
      sameClass(context, variant),
    );
    context.expectOutput(`loss.${variant}.s_loss0`, imageToText);
    context.expectOutput(`loss.${variant}.s_loss1`, textToImage);
    return imageToText.add(textToImage);
  };
  const [byCodes, bySentences] = tf.grads(loss)([codes, sentences]) as [tf.Tensor, tf.Tensor];
  context.expectGradient(`grad.${variant}.sent.in.cnn_code`, byCodes);
  context.expectGradient(`grad.${variant}.sent.in.sent_emb`, bySentences);
}

/** The stored matrix holds -infinity where a class is masked. */
function compareScores(
  context: ParityContext,
  name: string,
  variant: 'nocls' | 'cls',
  logits: tf.Tensor2D,
): void {
  const masked = sameClass(context, variant);
  if (masked === undefined) context.expectOutput(`out.${name}`, logits);
  else {
    const infinite = tf.fill(logits.shape, Number.NEGATIVE_INFINITY);
    context.expectOutput(`out.${name}_cls`, tf.where(masked.cast('bool'), infinite, logits));
  }
}

function matchingInputs(context: ParityContext) {
  return {
    regions: context.image('in.region_features'),
    words: context.tensor<tf.Rank.R3>('in.words_emb').transpose<tf.Tensor3D>([0, 2, 1]),
    lengths: context.tensor<tf.Rank.R1>('in.cap_lens', 'int32'),
  };
}

function sameClass(context: ParityContext, variant: 'nocls' | 'cls'): tf.Tensor2D | undefined {
  return variant === 'cls' ? sameClassPairs([...context.tensors.values('in.class_ids')]) : undefined;
}

const pretrainingStep = defineCase({
  names: ['attngan-damsm-step'],
  plainCpu: true,
  run(context) {
    const embeddingDim = context.number('EMBEDDING_DIM');
    const textEncoder = buildBiLstm({
      vocabularySize: context.number('ntoken'),
      embeddingDim: context.number('ninput'),
      sentenceDim: embeddingDim,
    });
    const imageHeads = buildImageHeads({
      mapChannels: context.number('trunk_map'),
      pooledDim: context.number('trunk_vec'),
      embeddingDim,
    });
    const [text, heads] = [variablesOf(textEncoder), variablesOf(imageHeads)];
    loadOfficial(text, context.state('text'), textEncoderNames());
    loadOfficial(heads, context.state('heads'), imageHeadNames());
    const models = { textEncoder, imageHeads };
    const batch = damsmBatch(context);
    const options = damsmOptions(context);
    const random = new RandomStream(0);

    const { grads } = tf.variableGrads(
      () => damsmLossInTraining(models, batch, random, options).total,
      [...mergeVariables(text, heads).values()],
    );
    context.expectWeightGradients('grad.text', grads, text, textEncoderNames());
    context.expectWeightGradients('grad.heads', grads, heads, imageHeadNames());

    const optimizer = new DamsmOptimizer({
      ...models,
      learningRate: context.number('lr'),
      maxGradientNorm: context.number('clip'),
    });
    const report = damsmStep(models, optimizer, batch, random, options);
    context.expectOutput('loss.w_loss0', report.wordsImageToText);
    context.expectOutput('loss.w_loss1', report.wordsTextToImage);
    context.expectOutput('loss.s_loss0', report.sentencesImageToText);
    context.expectOutput('loss.s_loss1', report.sentencesTextToImage);
    context.expectOutput('loss.total', report.total);
    context.expectOutput('out.grad_norm', report.gradientNorm);
    context.expectAfterFirstStep('text', text, textEncoderNames());
    context.expectAfterFirstStep('heads', heads, imageHeadNames());
  },
});

function damsmBatch(context: ParityContext): DamsmBatch {
  return {
    map: context.image('in.trunk_map'),
    pooled: context.tensor<tf.Rank.R2>('in.trunk_vec'),
    tokenIds: context.tensor<tf.Rank.R2>('in.captions', 'int32'),
    lengths: context.tensor<tf.Rank.R1>('in.cap_lens', 'int32'),
    classIds: [...context.tensors.values('in.class_ids')],
  };
}

const imageHeads = defineCase({
  names: ['attngan-cnn-heads'],
  plainCpu: true,
  run(context) {
    const map = context.image('in.mixed_6e');
    const last = context.image('in.mixed_7c');
    const heads = buildImageHeads({
      mapChannels: map.shape[3],
      pooledDim: last.shape[3],
      embeddingDim: context.number('EMBEDDING_DIM'),
    });
    loadOfficial(variablesOf(heads), context.state(), imageHeadNames());
    const [regions, code] = heads.apply([map, last.mean([1, 2])]) as [tf.Tensor, tf.Tensor];
    context.expectOutput('out.region_features', regions);
    context.expectOutput('out.cnn_code', code);
  },
});

const resize = defineCase({
  names: [/attngan-resize\d+/],
  plainCpu: true,
  run(context) {
    const images = context.image('in.img');
    const size = context.number('dst');
    for (const alignCorners of [true, false]) {
      const name = `out.align_corners_${alignCorners}`;
      context.expectOutput(name, resizeForTrunk(images, { size, alignCorners }));
    }
  },
});

export const DAMSM_CASES: readonly ParityCase[] = [losses, pretrainingStep, imageHeads, resize];
