import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { readCheckpointState } from './checkpoint.js';
import { reconstructionWeights } from './config/reconstruction-weights.js';
import type { RunOrigins } from './new-run.js';
import { RunFolder } from './run-folder.js';

const trainedSchema = z.strictObject({
  /** Name of the other run's folder. */
  run: z.string(),
  architecture: z.string(),
  /** How far it had come; undefined where it no longer says. */
  step: z.int().min(0).optional(),
  trainedSeconds: z.number().min(0).optional(),
  /** Whether its generator was held to the training pictures themselves. */
  reconstruction: z.boolean().optional(),
});

const provenanceSchema = z.strictObject({
  textEncoder: trainedSchema.optional(),
  stage1: trainedSchema.optional(),
  /** The run whose weights the generator begins with, then the one that this one began with, and so on. */
  warmStart: z.array(trainedSchema).optional(),
});

/** Something that another run has trained. */
export type TrainedElsewhere = z.infer<typeof trainedSchema>;
/** `origins.json`: what a run has from others, as its card repeats it. */
export type RunProvenance = z.infer<typeof provenanceSchema>;

/** Writes down what a new run takes from others. @throws WordbrushError CHECKPOINT_INVALID, OUTPUT_NOT_WRITABLE */
export async function writeProvenance(to: RunFolder, origins: RunOrigins): Promise<void> {
  const { textEncoderFrom, stage1From, warmStartFrom } = origins;
  const encoderFrom = textEncoderFrom ?? stage1From;
  const provenance: RunProvenance = {
    ...(encoderFrom !== undefined && { textEncoder: await encoderOf(new RunFolder(encoderFrom)) }),
    ...(stage1From !== undefined && { stage1: await generatorOf(new RunFolder(stage1From)) }),
    ...(warmStartFrom !== undefined && { warmStart: await chainOf(new RunFolder(warmStartFrom)) }),
  };
  if (Object.keys(provenance).length === 0) return;
  await writeWholeFile(to.originsFile, `${JSON.stringify(provenance, null, 2)}\n`);
}

/** What a run has from others; nothing of one that says nothing. @throws WordbrushError CHECKPOINT_INVALID */
export async function readProvenance({ originsFile: path }: RunFolder): Promise<RunProvenance> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    return provenanceSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : reasonOf(cause);
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `Expected ${path} to say what the run began with: ${reason}.`,
      {
        cause,
        details: { path },
      },
    );
  }
}

/** A text encoder that the other run trained, or has from yet another one. */
async function encoderOf(from: RunFolder): Promise<TrainedElsewhere> {
  const { textEncoder } = await readProvenance(from);
  return textEncoder ?? trainedIn(from, from.textEncoder.checkpoints);
}

async function generatorOf(from: RunFolder): Promise<TrainedElsewhere> {
  const trained = await trainedIn(from, from.main.checkpoints);
  const config = await from.readConfig();
  const isHeld = 'sampleEverySteps' in config && reconstructionWeights(config).length > 0;
  return { ...trained, ...(isHeld && { reconstruction: true }) };
}

async function chainOf(from: RunFolder): Promise<TrainedElsewhere[]> {
  const { warmStart = [] } = await readProvenance(from);
  return [await generatorOf(from), ...warmStart];
}

async function trainedIn(from: RunFolder, checkpoints: string): Promise<TrainedElsewhere> {
  const { architecture } = await from.readConfig();
  const state = await readCheckpointState(checkpoints);
  return {
    run: basename(resolve(from.path)),
    architecture,
    ...(state !== undefined && { step: state.step, trainedSeconds: Math.round(state.trainedSeconds) }),
  };
}
