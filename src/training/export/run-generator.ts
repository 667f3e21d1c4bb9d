import {
  generatorVariables as attnganVariables,
  buildAttnganGenerator,
} from '../architectures/attngan/generator.js';
import { buildStage1Generator } from '../architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../architectures/stackgan/stage2-generator.js';
import {
  buildStackganPlusPlusGenerator,
  generatorVariables as stackganPlusPlusVariables,
} from '../architectures/stackgan-pp/generator.js';
import { type CheckpointState, loadAveragedWeights, readCheckpointState } from '../run/checkpoint.js';
import type { CheckpointChoice } from '../run/checkpoint-places.js';
import { attnganOptions } from '../run/config/attngan-config.js';
import { imageSizesOf } from '../run/config/image-sizes.js';
import type { DrawingConfig } from '../run/config/run-config.js';
import { type StackganConfig, stage1Options, stage2Options } from '../run/config/stackgan-config.js';
import { stackganPlusPlusOptions } from '../run/config/stackgan-pp-config.js';
import type { PhaseFolder } from '../run/phase-folder.js';
import type { RunFolder } from '../run/run-folder.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../weights/named-variables.js';
import type { BundleOptions, GraphReport } from './export-bundle.js';
import {
  exportAttnganGenerator,
  exportStackganGenerator,
  exportStackganPlusPlusGenerator,
} from './export-generators.js';
import type { ExportedPhase } from './training-record.js';

/** A trained generator with its averaged weights. */
export interface RunGenerator {
  /** What was trained one after the other; the checkpoint chosen is of the last. */
  phases: readonly [...ExportedPhase[], ExportedPhase];
  /** Sides of the pictures that it draws, pixels. */
  sizes: readonly number[];
  write(options: BundleOptions): Promise<GraphReport[]>;
  /** To be disposed of. */
  variables: NamedVariables;
}

/** Side of what Stage-I draws, pixels. */
const STAGE1_SIZE = 64;

/** The generator of a run's checkpoint. @throws WordbrushError CHECKPOINT_INVALID */
export async function loadRunGenerator(
  config: DrawingConfig,
  folder: RunFolder,
  choice: CheckpointChoice = 'last',
): Promise<RunGenerator> {
  switch (config.architecture) {
    case 'stackgan':
      return loadStackgan(config, folder, choice);
    case 'stackgan-pp': {
      const generator = buildStackganPlusPlusGenerator(stackganPlusPlusOptions(config).generator);
      const variables = stackganPlusPlusVariables(generator, { prefix: 'generator' });
      const state = await loadPhase(folder.main, variables, choice);
      const write = (options: BundleOptions) => exportStackganPlusPlusGenerator(generator, options);
      return { phases: [onlyPhase(config, folder, state)], sizes: imageSizesOf(config), write, variables };
    }
    case 'attngan': {
      const generator = buildAttnganGenerator(attnganOptions(config).generator);
      const variables = attnganVariables(generator, { prefix: 'generator' });
      const state = await loadPhase(folder.main, variables, choice);
      const write = (options: BundleOptions) => exportAttnganGenerator(generator, options);
      return { phases: [onlyPhase(config, folder, state)], sizes: imageSizesOf(config), write, variables };
    }
  }
}

/** Stage-I alone where Stage-II has no checkpoint yet. */
async function loadStackgan(
  config: StackganConfig,
  folder: RunFolder,
  choice: CheckpointChoice,
): Promise<RunGenerator> {
  const stage1 = buildStage1Generator(stage1Options(config).generator);
  const ofStage1 = variablesOf(stage1.model, { prefix: stage1.model.name });
  const { stage2: settings } = config;
  if (settings === null || (await readCheckpointState(folder.stage2.checkpoints)) === undefined) {
    const state = await loadPhase(folder.main, ofStage1, choice);
    const write = (options: BundleOptions) => exportStackganGenerator({ stage1 }, options);
    return { phases: [stage1Phase(config, folder, state)], sizes: [STAGE1_SIZE], write, variables: ofStage1 };
  }
  const stage2 = buildStage2Generator(stage2Options(config, settings).generator);
  const ofStage2 = variablesOf(stage2.model, { prefix: stage2.model.name });
  // Stage-I's running statistics have moved on behind Stage-II, so both come from its checkpoint.
  const both = mergeVariables(ofStage1, ofStage2);
  const state = await loadPhase(folder.stage2, both, choice);
  const write = (options: BundleOptions) => exportStackganGenerator({ stage1, stage2 }, options);
  const before = await readCheckpointState(folder.main.checkpoints);
  const last = { name: 'stage 2', folder: folder.stage2, state, batchSize: settings.batchSize };
  const first = before === undefined ? [] : [stage1Phase(config, folder, before)];
  return { phases: [...first, last], sizes: imageSizesOf(config), write, variables: both };
}

function onlyPhase({ batchSize }: { batchSize: number }, { main }: RunFolder, state: CheckpointState) {
  return { name: 'generator', folder: main, state, batchSize };
}

function stage1Phase({ stage1 }: StackganConfig, { main }: RunFolder, state: CheckpointState) {
  return { name: 'stage 1', folder: main, state, batchSize: stage1.batchSize };
}

async function loadPhase(
  { checkpoints }: PhaseFolder,
  variables: NamedVariables,
  choice: CheckpointChoice,
): Promise<CheckpointState> {
  await loadAveragedWeights(checkpoints, variables, choice);
  const state = await readCheckpointState(checkpoints, choice);
  if (state !== undefined) return state;
  throw new RangeError(`Expected the checkpoint ${choice} that was just read.`);
}
