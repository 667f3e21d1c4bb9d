import { WordbrushError } from '../../sdk/errors.js';
import { differences, type SettingChange } from '../run/config/changed-fields.js';
import { reconstructionWeights } from '../run/config/reconstruction-weights.js';
import type { DrawingConfig } from '../run/config/run-config.js';
import { runPreset } from '../run/presets/run-preset.js';
import type { RunDataset } from '../run/run-folder.js';
import { changeText, type TrainedPhase, type TrainingRecord } from './training-record.js';

/** What says how long and how often, and not what a step does. */
const BESIDE =
  /^(seed|steps|checkpointEverySteps|keepCheckpoints|sampleEverySteps|keepBest|dataset|preset)$|\.steps$/;
const HOUR_SECONDS = 3600;

/** How a model was trained, as lines of its card: phases, settings, and what it began with. */
export function trainingLines(
  record: TrainingRecord,
  { trainPictures }: Pick<RunDataset, 'trainPictures'>,
): string[] {
  const { config, phases, changed } = record;
  const deviations = presetDeviations(config);
  return [
    '| | Steps | Pictures a step | Epochs | Hours | |',
    '|---|---|---|---|---|---|',
    ...phases.map((phase) => phaseRow(phase, trainPictures)),
    '',
    `- Preset: \`${config.preset}\`${deviations.length === 0 ? ', as it is' : `, but ${deviations.map(changeText).join('; ')}`}. Seed ${config.seed}.`,
    ...warmStartLines(record),
    ...changed.flatMap(({ phase, settings }) =>
      settings.map(
        ({ step, changes }) =>
          `- Changed in ${phase} behind step ${step}: ${changes.map(changeText).join('; ')}.`,
      ),
    ),
    ...reconstructionLines(config),
  ];
}

/** Whether the generator was, or was for a part of its training, held to the training pictures themselves. */
export function isHeldToPictures({ config, changed, warmStart = [] }: TrainingRecord): boolean {
  const before = changed.flatMap(({ settings }) => settings.flatMap(({ changes }) => changes));
  const wasOn = before.some(
    ({ field, from }) => field.endsWith('reconstructionWeight') && typeof from === 'number' && from > 0,
  );
  const beganSo = warmStart.some(({ reconstruction }) => reconstruction === true);
  return wasOn || beganSo || reconstructionWeights(config).length > 0;
}

function phaseRow({ name, steps, batchSize, trainedSeconds, from }: TrainedPhase, pictures: number): string {
  const epochs = Math.round((steps * batchSize) / pictures);
  const hours = trainedSeconds === undefined ? 'not recorded' : (trainedSeconds / HOUR_SECONDS).toFixed(1);
  const origin = from === undefined ? '' : `taken from the run ${from}`;
  return `| ${name} | ${steps} | ${batchSize} | ${epochs} | ${hours} | ${origin} |`;
}

function warmStartLines({ warmStart }: TrainingRecord): string[] {
  if (warmStart === undefined) return ['- Warm start: the generator began with weights of another run.'];
  if (warmStart.length === 0) return [];
  const runs = warmStart.map(({ run, architecture, step, trainedSeconds, reconstruction }) => {
    const howFar = step === undefined ? '' : ` after ${step} steps`;
    const hours =
      trainedSeconds === undefined ? '' : ` and ${(trainedSeconds / HOUR_SECONDS).toFixed(1)} hours`;
    const held = reconstruction === true ? ', with reconstruction' : '';
    return `those of the run ${run} (${architecture}${held})${howFar}${hours}`;
  });
  return [`- Warm start: the generator began with other weights, ${runs.join(', which began with ')}.`];
}

function reconstructionLines(config: DrawingConfig): string[] {
  const weights = reconstructionWeights(config);
  if (weights.length === 0) return [];
  const text = weights.map(({ stage, weight }) => `${weight} in ${stage}`).join(', ');
  return [
    `- Reconstruction: weight ${text}. The generator is held to the training pictures themselves: each drawn picture is compared, pixel by pixel, with the one that its caption belongs to.`,
  ];
}

/** What is set otherwise than in the preset; nothing for a preset that is no more. */
function presetDeviations(config: DrawingConfig): SettingChange[] {
  const { preset, dataset } = config;
  try {
    const variant = 'variant' in config ? config.variant : undefined;
    const found = runPreset(config.architecture, { preset, dataset: dataset ?? undefined, variant });
    const all = differences(found, config).filter(({ field }) => !BESIDE.test(field));
    // Encoders of two kinds have little in common that could be compared.
    const isOtherEncoder = all.some(({ field }) => field === 'textEncoder.kind');
    return all.filter(
      ({ field }) => !isOtherEncoder || field === 'textEncoder.kind' || !field.startsWith('textEncoder.'),
    );
  } catch (error) {
    if (error instanceof WordbrushError) return [];
    throw error;
  }
}
