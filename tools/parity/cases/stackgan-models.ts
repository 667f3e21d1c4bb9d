import type * as tf from '@tensorflow/tfjs';
import type { ConditionalDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { buildStackganDiscriminator } from '../../../src/training/architectures/stackgan/stackgan-discriminator.js';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../src/training/architectures/stackgan/stage2-generator.js';
import {
  mergeVariables,
  type NamedVariables,
  variablesOf,
} from '../../../src/training/weights/named-variables.js';
import { loadOfficial } from '../../import/official-names/load-official.js';
import type { OfficialName } from '../../import/official-names/official-name.js';
import {
  bothStagesNames,
  stage1DiscriminatorNames,
  stage1GeneratorNames,
  stage2DiscriminatorNames,
} from '../../import/official-names/stackgan.js';
import type { ParityContext } from '../parity-context.js';

export interface LoadedGenerator {
  model: tf.LayersModel;
  variables: NamedVariables;
  names: readonly OfficialName[];
}

export interface LoadedDiscriminator {
  discriminator: ConditionalDiscriminator;
  variables: NamedVariables;
  names: readonly OfficialName[];
}

export interface LoadedStage1 {
  generator: LoadedGenerator;
  judge: LoadedDiscriminator;
}

function generatorWidths(context: ParityContext) {
  return {
    sentenceDim: context.number('TEXT_DIM'),
    conditionDim: context.number('CONDITION_DIM'),
    baseWidth: context.number('GF_DIM'),
  };
}

/** @param network below what the weights are stored; undefined where the case has one network. */
export function loadedStage1Generator(context: ParityContext, network?: string): LoadedGenerator {
  const { model } = buildStage1Generator({ ...generatorWidths(context), zDim: context.number('Z_DIM') });
  const variables = variablesOf(model);
  const names = stage1GeneratorNames();
  loadOfficial(variables, context.state(network), names, { source: context.name });
  return { model, variables, names };
}

/** @param network as of `loadedStage1Generator`. */
export function loadedDiscriminator(
  context: ParityContext,
  stage: 1 | 2,
  network?: string,
): LoadedDiscriminator {
  const discriminator = buildStackganDiscriminator({
    stage,
    baseWidth: context.number('DF_DIM'),
    normalization: 'batch',
    conditionDim: context.number('CONDITION_DIM'),
    unconditionalHead: stage === 2,
  });
  const variables = discriminatorVariables(discriminator);
  const names = stage === 1 ? stage1DiscriminatorNames() : stage2DiscriminatorNames();
  loadOfficial(variables, context.state(network), names, { source: context.name });
  return { discriminator, variables, names };
}

/** Generator and discriminator of Stage-I. */
export function loadedStage1(context: ParityContext): LoadedStage1 {
  return {
    generator: loadedStage1Generator(context, 'netG'),
    judge: loadedDiscriminator(context, 1, 'netD'),
  };
}

/** Both generators of Stage-II's case; variables prefixed by the names of their models. */
export function loadedBothStages(context: ParityContext) {
  const residualBlocks = context.number('R_NUM');
  const widths = generatorWidths(context);
  const stage1 = buildStage1Generator({ ...widths, zDim: context.number('Z_DIM') });
  const stage2 = buildStage2Generator({ ...widths, residualBlocks });
  const models = [stage1.model, stage2.model];
  const variables = mergeVariables(...models.map((model) => variablesOf(model, { prefix: model.name })));
  const names = bothStagesNames(residualBlocks);
  loadOfficial(variables, context.state(), names, { source: context.name });
  return { stage1, stage2, variables, names };
}

/** Sentence, noise and the augmentation's noise. */
export function stage1Inputs(context: ParityContext): tf.Tensor[] {
  return [context.tensor('in.txt'), context.tensor('in.z'), context.tensor('in.eps')];
}

/** Those that a gradient moves. */
export function trainable(variables: NamedVariables): NamedVariables {
  return new Map([...variables].filter(([, variable]) => variable.trainable));
}
