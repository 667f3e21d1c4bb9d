import { buildAttnganDiscriminators } from '../../src/training/architectures/attngan/discriminators.js';
import { type Discriminator, discriminatorModels } from '../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../src/training/architectures/discriminator-variables.js';
import { buildStageDiscriminator } from '../../src/training/architectures/stackgan/stackgan-discriminator.js';
import { buildBranchDiscriminators } from '../../src/training/architectures/stackgan-pp/discriminators.js';
import { loadAveragedWeights } from '../../src/training/run/checkpoint.js';
import type { CheckpointChoice } from '../../src/training/run/checkpoint-places.js';
import { type AttnganConfig, attnganOptions } from '../../src/training/run/config/attngan-config.js';
import type { DrawingConfig } from '../../src/training/run/config/run-config.js';
import {
  type StackganConfig,
  stage1Options,
  stage2Options,
} from '../../src/training/run/config/stackgan-config.js';
import {
  type StackganPlusPlusConfig,
  stackganPlusPlusOptions,
} from '../../src/training/run/config/stackgan-pp-config.js';
import type { RunFolder } from '../../src/training/run/run-folder.js';
import {
  mergeVariables,
  type NamedVariables,
  variablesOf,
} from '../../src/training/weights/named-variables.js';
import { attnganDiscriminatorNames } from './official-names/attngan.js';
import { toOfficial } from './official-names/load-official.js';
import type { OfficialName } from './official-names/official-name.js';
import { stage1DiscriminatorNames, stage2DiscriminatorNames } from './official-names/stackgan.js';
import { stackganPlusPlusDiscriminatorNames } from './official-names/stackgan-pp.js';
import type { NamedTensors } from './read-tensors.js';

/** The discriminators of a run by the official files' names, or why they have no official names. */
export type OfficialDiscriminators = Map<string, NamedTensors> | { withoutNames: string };

interface NamedDiscriminator {
  /** `netD`, or with several `netD0`, `netD1`, ..., the smallest pictures first. */
  file: string;
  discriminator: Discriminator;
  /** Its weights as a checkpoint names them. */
  inCheckpoint: NamedVariables;
  names: OfficialName[];
}

/**
 * The discriminators of a run's checkpoint under official names: of the stage that is drawn last, where stages are trained
 * one after the other.
 * @param stage of a StackGAN: which one the checkpoint is of.
 * @throws {WordbrushError} `CHECKPOINT_INVALID`
 */
export async function officialDiscriminators(
  config: DrawingConfig,
  folder: RunFolder,
  { checkpoint, stage }: { checkpoint: CheckpointChoice; stage: 1 | 2 },
): Promise<OfficialDiscriminators> {
  const withoutNames = whyWithoutNames(config, stage);
  if (withoutNames !== undefined) return { withoutNames };
  const { checkpoints } = stage === 2 ? folder.stage2 : folder.main;
  const networks = new Map<string, NamedTensors>();
  const built = buildDiscriminators(config, stage);
  try {
    for (const { file, discriminator, inCheckpoint, names } of built) {
      await loadAveragedWeights(checkpoints, inCheckpoint, checkpoint);
      networks.set(file, toOfficial(discriminatorVariables(discriminator), names));
    }
  } finally {
    for (const { discriminator } of built) {
      for (const model of discriminatorModels(discriminator)) model.dispose();
    }
  }
  return networks;
}

function buildDiscriminators(config: DrawingConfig, stage: 1 | 2): NamedDiscriminator[] {
  switch (config.architecture) {
    case 'stackgan':
      return [stackganDiscriminator(config, stage)];
    case 'stackgan-pp':
      return branchDiscriminators(config);
    case 'attngan':
      return attnganDiscriminators(config);
  }
}

function stackganDiscriminator(config: StackganConfig, stage: 1 | 2): NamedDiscriminator {
  const { stage2 } = config;
  const options = stage === 2 && stage2 !== null ? stage2Options(config, stage2) : stage1Options(config);
  const discriminator = buildStageDiscriminator(stage, options.discriminator, options.generator);
  const models = discriminatorModels(discriminator);
  return {
    file: 'netD',
    discriminator,
    inCheckpoint: mergeVariables(...models.map((model) => variablesOf(model, { prefix: model.name }))),
    names: stage === 1 ? stage1DiscriminatorNames() : stage2DiscriminatorNames(),
  };
}

function branchDiscriminators(config: StackganPlusPlusConfig): NamedDiscriminator[] {
  const { generator, discriminator } = stackganPlusPlusOptions(config);
  const { text, branches = 3 } = generator;
  const conditional = text !== undefined;
  const conditionDim = text?.conditionDim;
  return buildBranchDiscriminators({ ...discriminator, branches, conditionDim }).map((each, branch) =>
    numbered(each, branch, stackganPlusPlusDiscriminatorNames({ imageSize: 64 * 2 ** branch, conditional })),
  );
}

function attnganDiscriminators(config: AttnganConfig): NamedDiscriminator[] {
  const { generator, discriminator } = attnganOptions(config);
  const { unconditionalHead } = config.discriminator;
  return buildAttnganDiscriminators(generator, discriminator).map((each, index) => {
    const imageSize = each.backbone.inputs[0]?.shape[1] ?? 0;
    return numbered(each, index, attnganDiscriminatorNames({ imageSize, unconditionalHead }));
  });
}

function numbered(discriminator: Discriminator, index: number, names: OfficialName[]): NamedDiscriminator {
  const inCheckpoint = discriminatorVariables(discriminator, { prefix: discriminator.backbone.name });
  return { file: `netD${index}`, discriminator, inCheckpoint, names };
}

/** What of a run's discriminators the official code in PyTorch has no layers for; undefined where it has all. */
function whyWithoutNames(config: DrawingConfig, stage: 1 | 2): string | undefined {
  if (config.architecture === 'stackgan-pp' && config.text !== null && config.unconditionalWeight === 0) {
    return 'officially each has an unconditional head, whatever its weight';
  }
  if (config.architecture !== 'stackgan') return ofNormalization(config.discriminator.normalization);
  const { stage1, stage2 } = config;
  const { projectionDim, unconditionalHead, normalization } =
    (stage === 2 ? stage2 : null)?.discriminator ?? stage1.discriminator;
  if (projectionDim !== null) return 'the official code in PyTorch has no projection of the condition';
  if (unconditionalHead !== (stage === 2)) {
    return `officially Stage-${stage === 1 ? 'I has no' : 'II has an'} unconditional head`;
  }
  if (stage === 2 && stage2?.imageSize !== 256) return 'officially Stage-II draws 256 pixels';
  return ofNormalization(normalization);
}

function ofNormalization(normalization: 'batch' | 'spectral'): string | undefined {
  return normalization === 'batch' ? undefined : 'the official code has no spectral normalisation';
}
