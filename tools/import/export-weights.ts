import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WordbrushError } from '../../src/sdk/errors.js';
import { loadRunGenerator } from '../../src/training/export/run-generator.js';
import { loadRunScoring, loadRunText } from '../../src/training/export/run-text.js';
import { writeWholeFolder } from '../../src/training/files/whole-folder.js';
import type { CheckpointChoice } from '../../src/training/run/checkpoint-places.js';
import { attnganOptions } from '../../src/training/run/config/attngan-config.js';
import type { DrawingConfig, RunConfig } from '../../src/training/run/config/run-config.js';
import type { StackganConfig } from '../../src/training/run/config/stackgan-config.js';
import { stackganPlusPlusOptions } from '../../src/training/run/config/stackgan-pp-config.js';
import { RunFolder } from '../../src/training/run/run-folder.js';
import { type NamedVariables, variablesOf } from '../../src/training/weights/named-variables.js';
import { writeSafetensors } from '../../src/training/weights/safetensors.js';
import { officialDiscriminators } from './export-discriminators.js';
import { attnganGeneratorNames } from './official-names/attngan.js';
import { characterEncoderNames } from './official-names/char-cnn-rnn.js';
import { imageHeadNames } from './official-names/damsm.js';
import { inceptionV3Names } from './official-names/inception-v3.js';
import { toOfficial } from './official-names/load-official.js';
import { type OfficialName, prefixNames } from './official-names/official-name.js';
import { bothStagesNames, stage1GeneratorNames } from './official-names/stackgan.js';
import { stackganPlusPlusGeneratorNames } from './official-names/stackgan-pp.js';
import { textEncoderNames } from './official-names/text-encoder.js';
import { writeStateDict } from './pytorch/write-state-dict.js';
import type { NamedTensors } from './read-tensors.js';

export interface ExportWeightsOptions {
  /** Folder of a training run with at least one checkpoint. */
  run: string;
  /** The newest checkpoint, the best one or that of a step. @default 'last' */
  checkpoint?: CheckpointChoice;
  /** Folder to write; one that an earlier export wrote is replaced. */
  out: string;
}

/** A network that was written, as `<name>.safetensors` and `<name>.pth`. */
export interface ExportedNetwork {
  name: string;
  tensors: number;
  parameters: number;
}

export interface ExportWeightsReport {
  /** The checkpoint that was exported. */
  step: number;
  networks: ExportedNetwork[];
  /** Why there are no discriminators among them: what theirs have that the official code has not. */
  withoutDiscriminators: string | undefined;
}

const INDEX_FILE = 'weights.json';
const VOCABULARY_FILE = 'vocabulary.json';

/**
 * Writes the averaged generator of a run's checkpoint, its discriminators where they are official ones, its text encoder,
 * and the image encoder of DAMSM where there is one, under the names of the official PyTorch code: each as safetensors and
 * as `.pth`, which `torch.load` reads. Beside them the vocabulary, and `weights.json` with the run's configuration. Whole
 * or not at all.
 * @throws {WordbrushError} `CHECKPOINT_INVALID`, `CONFIG_INVALID` for a run without a generator or of a variant that the
 * official PyTorch code lacks, `WEIGHTS_INVALID`, `OUTPUT_NOT_WRITABLE`.
 */
export async function exportWeights({
  run,
  out,
  checkpoint = 'last',
}: ExportWeightsOptions): Promise<ExportWeightsReport> {
  const folder = new RunFolder(run);
  const config = requireDrawing(await folder.readConfig());
  const disposals: { dispose(): unknown }[] = [];
  try {
    const networks = new Map<string, NamedTensors>();
    const generator = await loadRunGenerator(config, folder, checkpoint);
    disposals.push(...generator.variables.values());
    networks.set('netG', toOfficial(generator.variables, generatorNames(config, generator.variables)));
    const stage = hasStage2(generator.variables) ? 2 : 1;
    const discriminators = await officialDiscriminators(config, folder, { checkpoint, stage });
    const withoutDiscriminators = discriminators instanceof Map ? undefined : discriminators.withoutNames;
    if (discriminators instanceof Map) {
      for (const [name, tensors] of discriminators) networks.set(name, tensors);
    }
    const text = config.textEncoder?.kind === 'vectors' ? undefined : await loadRunText(config, folder);
    if (text !== undefined) {
      disposals.push(text.encoder);
      const names = text.kind === 'words' ? textEncoderNames() : characterEncoderNames();
      networks.set('text_encoder', toOfficial(variablesOf(text.encoder), names));
    }
    const scoring = await loadRunScoring(config, folder);
    if (scoring !== undefined) {
      const { trunk, heads } = scoring.imageEncoder;
      disposals.push(trunk, heads);
      const tensors = toOfficial(variablesOf(heads), imageHeadNames());
      // The official encoder has Inception-v3 inside; another trunk has no official names.
      const isInception = trunk.name === 'inception_v3';
      const ofTrunk = isInception ? toOfficial(variablesOf(trunk), inceptionV3Names()) : [];
      networks.set(isInception ? 'image_encoder' : 'image_heads', new Map([...ofTrunk, ...tensors]));
    }
    const vocabulary = text?.kind === 'words' ? text.vocabulary : undefined;
    const { state } = generator.phases.at(-1) ?? generator.phases[0];
    const index = { step: state.step, config, networks: [...networks.keys()] };
    await writeWholeFolder(
      out,
      async (partial) => {
        for (const [name, tensors] of networks) {
          await writeFile(join(partial, `${name}.safetensors`), writeSafetensors(tensors, { format: 'pt' }));
          await writeFile(join(partial, `${name}.pth`), writeStateDict(tensors));
        }
        if (vocabulary !== undefined) {
          await writeFile(join(partial, VOCABULARY_FILE), `${JSON.stringify(vocabulary)}\n`);
        }
        await writeFile(join(partial, INDEX_FILE), `${JSON.stringify(index, null, 2)}\n`);
      },
      { mayReplace: (names) => names.length === 0 || names.includes(INDEX_FILE) },
    );
    return {
      step: state.step,
      networks: [...networks].map(([name, tensors]) => describe(name, tensors)),
      withoutDiscriminators,
    };
  } finally {
    for (const each of disposals) each.dispose();
  }
}

function describe(name: string, tensors: NamedTensors): ExportedNetwork {
  const parameters = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  return { name, tensors: tensors.size, parameters };
}

function requireDrawing(config: RunConfig): DrawingConfig {
  if (config.architecture !== 'damsm' && 'sampleEverySteps' in config) return config;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected a run that trains a generator, received one of ${config.architecture}.`,
    { hint: 'Train a generator with this text encoder first.' },
  );
}

/** The rows of a run's generator; its variables' names begin with the model's. */
function generatorNames(config: DrawingConfig, variables: NamedVariables): OfficialName[] {
  switch (config.architecture) {
    case 'attngan':
      return prefixNames(attnganGeneratorNames(attnganOptions(config).generator), { ours: 'generator' });
    case 'stackgan-pp': {
      const { text, branches = 3, residualBlocks } = stackganPlusPlusOptions(config).generator;
      const widths = { conditional: text !== undefined, branches, residualBlocks };
      return prefixNames(stackganPlusPlusGeneratorNames(widths), { ours: 'generator' });
    }
    case 'stackgan':
      return stackganNames(config, variables);
  }
}

function stackganNames({ variant, stage2 }: StackganConfig, variables: NamedVariables): OfficialName[] {
  if (variant !== 'pytorch') {
    throw new WordbrushError(
      'CONFIG_INVALID',
      `Expected a StackGAN of variant "pytorch", received "${variant}".`,
      {
        hint: 'The official code in PyTorch has no layers for the others.',
      },
    );
  }
  if (!hasStage2(variables)) return prefixNames(stage1GeneratorNames(), { ours: 'stage1_generator' });
  // A Stage-II of 128 pixels has one doubling less.
  return bothStagesNames(stage2?.generator.residualBlocks ?? 0).filter(
    ({ ours }) => !ours.startsWith('stage2_generator/upsample4/') || variables.has(ours),
  );
}

function hasStage2(variables: NamedVariables): boolean {
  return [...variables.keys()].some((name) => name.startsWith('stage2_generator/'));
}
