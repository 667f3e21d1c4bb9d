import {
  generatorVariables as attnganVariables,
  buildAttnganGenerator,
} from '../../../src/training/architectures/attngan/generator.js';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../src/training/architectures/stackgan/stage2-generator.js';
import {
  buildStackganPlusPlusGenerator,
  generatorVariables as stackganPlusPlusVariables,
} from '../../../src/training/architectures/stackgan-pp/generator.js';
import type { GeneratorGraphs } from '../../../src/training/export/export-bundle.js';
import {
  attnganGenerator,
  stackganGenerator,
  stackganPlusPlusGenerator,
} from '../../../src/training/export/export-generators.js';
import {
  mergeVariables,
  type NamedVariables,
  variablesOf,
} from '../../../src/training/weights/named-variables.js';
import type {
  AttnganPart,
  GeneratorPart,
  StackganPlusPlusPart,
  Stage1Part,
  Stage2Part,
} from '../detect/parts.js';
import { invalidWeights } from '../invalid-weights.js';
import { attnganGeneratorNames } from '../official-names/attngan.js';
import type { OfficialName } from '../official-names/official-name.js';
import { bothStagesNames, stage1GeneratorNames } from '../official-names/stackgan.js';
import { stackganPlusPlusGeneratorNames } from '../official-names/stackgan-pp.js';

/** Whether AttnGAN masks padded words as the released code does, or in the right rows. */
export type Compatibility = 'official' | 'corrected';

/** A generator of the sizes that were found, its weights yet to be loaded. */
export interface BuiltGenerator {
  variables: NamedVariables;
  names: readonly OfficialName[];
  graphs(): GeneratorGraphs;
}

/**
 * Builds the generator that a state dict is of.
 * @param source what to call the state dict in a message.
 * @throws {WordbrushError} `INVALID_OPTION` or `WEIGHTS_INVALID` for sizes that no such generator has.
 */
export function buildGenerator(part: GeneratorPart, compat: Compatibility, source: string): BuiltGenerator {
  switch (part.architecture) {
    case 'attngan':
      return buildAttngan(part, compat, source);
    case 'stackgan-pp':
      return buildStackganPlusPlus(part);
    case 'stackgan':
      return part.stage === 1 ? buildStage1(part) : buildBothStages(part);
  }
}

function buildAttngan(part: AttnganPart, compat: Compatibility, source: string): BuiltGenerator {
  const { branches } = part;
  if (branches !== 1 && branches !== 2 && branches !== 3) {
    throw invalidWeights(source, `expected a generator of 1 to 3 stages, got ${branches}`);
  }
  const generator = buildAttnganGenerator({
    ...part,
    branches,
    attentionMask: compat === 'official' ? 'official' : 'perImage',
  });
  return {
    variables: attnganVariables(generator),
    names: attnganGeneratorNames(part),
    graphs: () => attnganGenerator(generator),
  };
}

function buildStackganPlusPlus(part: StackganPlusPlusPart): BuiltGenerator {
  const generator = buildStackganPlusPlusGenerator(part);
  return {
    variables: stackganPlusPlusVariables(generator),
    names: stackganPlusPlusGeneratorNames({ ...part, conditional: part.text !== undefined }),
    graphs: () => stackganPlusPlusGenerator(generator),
  };
}

function buildStage1(part: Stage1Part): BuiltGenerator {
  const stage1 = buildStage1Generator(part);
  return {
    variables: variablesOf(stage1.model),
    names: stage1GeneratorNames(),
    graphs: () => stackganGenerator({ stage1 }),
  };
}

function buildBothStages(part: Stage2Part): BuiltGenerator {
  const stage1 = buildStage1Generator(part.stage1);
  const stage2 = buildStage2Generator(part);
  const models = [stage1.model, stage2.model];
  return {
    variables: mergeVariables(...models.map((model) => variablesOf(model, { prefix: model.name }))),
    names: bothStagesNames(part.residualBlocks),
    graphs: () => stackganGenerator({ stage1, stage2 }),
  };
}
