import { type CheckpointState, readCheckpointState } from '../run/checkpoint.js';
import { type SettingChange, savedConfig } from '../run/config/changed-fields.js';
import type { DrawingConfig, RunConfig } from '../run/config/run-config.js';
import type { PhaseFolder } from '../run/phase-folder.js';
import type { RunFolder } from '../run/run-folder.js';
import { type RunProvenance, readProvenance, type TrainedElsewhere } from '../run/run-origins.js';
import { type ChangedSettings, readChangedSettings } from '../run/settings-log.js';

/** One thing that was trained from its first step to the one that was exported. */
export interface TrainedPhase {
  /** `text encoder`, `stage 1`, `generator`. */
  name: string;
  steps: number;
  /** Pictures a step. */
  batchSize: number;
  /** Undefined where nothing says it any more. */
  trainedSeconds: number | undefined;
  /** The run that trained it, if it was another one. */
  from: string | undefined;
}

/** What a run's folder tells of how its model came about. */
export interface TrainingRecord {
  /** As it was set when the checkpoint was written. */
  config: DrawingConfig;
  /** In the order of their training. */
  phases: TrainedPhase[];
  /** Runs whose weights the generator began with; empty where none, undefined where it did and no one wrote it down. */
  warmStart: TrainedElsewhere[] | undefined;
  /** What was set otherwise on the way, by phase. */
  changed: { phase: string; settings: ChangedSettings[] }[];
}

/** A phase of the generator that was exported. */
export interface ExportedPhase {
  name: string;
  folder: PhaseFolder;
  state: CheckpointState;
  batchSize: number;
}

/**
 * Reads what the card tells of a run. @param exported the generator's phases, of whose last the checkpoint is.
 * @throws WordbrushError CHECKPOINT_INVALID
 */
export async function readTrainingRecord(
  config: DrawingConfig,
  folder: RunFolder,
  exported: readonly ExportedPhase[],
): Promise<TrainingRecord> {
  const provenance = await readProvenance(folder);
  const saved = savedConfig(exported.at(-1)?.state.config);
  const trained = saved !== undefined && 'sampleEverySteps' in saved ? saved : config;
  const encoder = await textEncoderPhase(config, folder, provenance);
  const changed: TrainingRecord['changed'] = [];
  for (const { name, folder: phase, state } of exported) {
    const settings = await readChangedSettings(phase.settings);
    const until = settings.filter(({ step }) => step < state.step);
    if (until.length > 0) changed.push({ phase: name, settings: until });
  }
  return {
    config: trained,
    phases: [
      ...(encoder === undefined ? [] : [encoder]),
      ...exported.map(({ name, state, batchSize }) => ({
        name,
        steps: state.step,
        batchSize,
        trainedSeconds: state.trainedSeconds,
        from: name === 'stage 1' ? provenance.stage1?.run : undefined,
      })),
    ],
    warmStart: provenance.warmStart ?? ((await folder.hasWarmStart()) ? undefined : []),
    changed,
  };
}

/** How a run's text encoder was trained, here or in another run; undefined where there is none, or none to train. */
export async function textEncoderPhase(
  { textEncoder }: RunConfig,
  folder: RunFolder,
  { textEncoder: elsewhere }: RunProvenance,
): Promise<TrainedPhase | undefined> {
  if (textEncoder === null || textEncoder.kind === 'vectors') return undefined;
  const state = elsewhere ?? (await readCheckpointState(folder.textEncoder.checkpoints));
  return {
    name: 'text encoder',
    steps: state?.step ?? textEncoder.steps,
    batchSize: textEncoder.batchSize,
    trainedSeconds: state?.trainedSeconds,
    from: elsewhere?.run,
  };
}

/** A setting and its two values, for people. */
export function changeText({ field, from, to }: SettingChange): string {
  return `\`${field}\` ${valueText(to)} instead of ${valueText(from)}`;
}

/** Settings that are longer are a group, and no one reads on. */
const LONGEST_VALUE = 60;

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? 'settings of its own' : text;
}
