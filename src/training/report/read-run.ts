import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Evaluation } from '../evaluation/evaluation-record.js';
import { EVALUATION_FILE, readEvaluation } from '../evaluation/write-evaluation.js';
import { readCheckpointState } from '../run/checkpoint.js';
import { phasesOf } from '../run/config/phase-steps.js';
import type { RunConfig } from '../run/config/run-config.js';
import type { PhaseFolder } from '../run/phase-folder.js';
import { type RunDataset, RunFolder } from '../run/run-folder.js';
import { type EmbeddedSample, embedSamples } from './embed-samples.js';
import { type RecordedMetrics, readMetrics } from './read-metrics.js';

/** What a report tells of one phase of a run. */
export interface PhaseRecord extends RecordedMetrics {
  /** `text encoder`, `stage 1`, ... */
  name: string;
  /** Steps that are planned. */
  steps: number;
  /** Until the newest checkpoint; undefined before there is one. */
  trainedSeconds: number | undefined;
  samples: EmbeddedSample[];
  /** Where the words of a few prompts looked. */
  attention: EmbeddedSample[];
}

/** What a report tells of a run. */
export interface RunRecord {
  name: string;
  config: RunConfig;
  dataset: RunDataset;
  /** Those that have begun. */
  phases: PhaseRecord[];
  /** Of `evaluation.json`; undefined where there is none. */
  evaluation: Evaluation | undefined;
}

/** What follows the step in the name of a picture of attention maps. */
const ATTENTION_SUFFIX = '-attention';

/**
 * Reads what a run has written so far; it may be training meanwhile.
 * @param evaluationFile of the run's results; `evaluation.json` in its folder if that is left out.
 * @throws WordbrushError CHECKPOINT_INVALID for a folder without a run, CONFIG_INVALID, FILE_MISSING and INVALID_OPTION for results that are
 * not there or none, IMAGE_INVALID
 */
export async function readRun(path: string, evaluationFile?: string): Promise<RunRecord> {
  const folder = new RunFolder(path);
  const config = await folder.readConfig();
  const dataset = await folder.readDataset();
  const phases: PhaseRecord[] = [];
  for (const planned of phasesOf(config)) {
    const record = await readPhase(planned, folderOf(folder, planned.name));
    if (record.lastStep > 0) phases.push(record);
  }
  const beside = join(path, EVALUATION_FILE);
  const isBeside = (await readdir(path)).includes(EVALUATION_FILE);
  const file = evaluationFile ?? (isBeside ? beside : undefined);
  const evaluation = file === undefined ? undefined : await readEvaluation(file);
  return { name: basename(resolve(path)), config, dataset, phases, evaluation };
}

function folderOf({ main, stage2, textEncoder }: RunFolder, phase: string): PhaseFolder {
  if (phase === 'text encoder') return textEncoder;
  return phase === 'stage 2' ? stage2 : main;
}

async function readPhase(
  { name, steps }: { name: string; steps: number },
  { metrics, samples, checkpoints }: PhaseFolder,
): Promise<PhaseRecord> {
  // A checkpoint that cannot be read is a matter of resuming; the report goes without its time.
  const state = await readCheckpointState(checkpoints).catch(() => undefined);
  return {
    name,
    steps,
    ...(await readMetrics(metrics)),
    trainedSeconds: state?.trainedSeconds,
    samples: await embedSamples(samples),
    attention: await embedSamples(samples, ATTENTION_SUFFIX),
  };
}
