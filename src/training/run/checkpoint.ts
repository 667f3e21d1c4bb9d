import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { putBackFolder, writeWholeFolder } from '../files/whole-folder.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.js';
import { variablesFromBytes, variablesToBytes } from '../weights/variable-files.js';
import {
  type CheckpointChoice,
  checkpointPath,
  checkpointSteps,
  findCheckpoint,
  requireCheckpoint,
} from './checkpoint-places.js';

const WEIGHTS_FILE = 'weights.safetensors';
const STATE_FILE = 'state.json';

const stateSchema = z.strictObject({
  /** Random numbers and the pictures of a step follow from the run's seed and this. */
  step: z.int().min(0),
  trainedSeconds: z.number().min(0),
  /** The best measurement so far, of phases that have one. */
  best: z.strictObject({ step: z.int().min(1), score: z.number() }).optional(),
  /** The run's configuration when this was written; older releases did not keep it. */
  config: z.unknown().optional(),
  /** Of the weights beside it; older releases did not keep it. */
  weightsSha256: z.string().optional(),
});

/** What a checkpoint says beside the weights. */
export type CheckpointState = Omit<z.infer<typeof stateSchema>, 'weightsSha256'>;

/** A checkpoint that could not be read, and was laid aside under another name. */
export interface DamagedCheckpoint {
  step: number;
  /** Where it lies now. */
  path: string;
  reason: string;
}

/** The newest checkpoints that a run keeps where nothing else is said. */
const KEPT_CHECKPOINTS = 2;

/**
 * Writes `folder/<step>/`, whole or not at all, and removes all but the last `keep` checkpoints.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE; older checkpoints are then untouched.
 */
export async function saveCheckpoint(
  folder: string,
  state: CheckpointState,
  variables: NamedVariables,
  keep = KEPT_CHECKPOINTS,
): Promise<string> {
  const path = checkpointPath(folder, state.step);
  await writeCheckpoint(path, state, variables);
  const steps = await checkpointSteps(folder);
  for (const step of steps.slice(0, -keep))
    await rm(checkpointPath(folder, step), { recursive: true, force: true });
  return path;
}

/** Writes `folder/best/` in place of the one before. @throws WordbrushError OUTPUT_NOT_WRITABLE */
export async function saveBestCheckpoint(
  folder: string,
  state: CheckpointState,
  variables: NamedVariables,
): Promise<string> {
  const path = checkpointPath(folder, 'best');
  await writeCheckpoint(path, state, variables);
  return path;
}

/**
 * Loads the newest checkpoint that can be read into `variables`; undefined when there is none yet. Newer ones that are
 * damaged are laid aside as `.<step>.damaged`, and `onDamaged` is told.
 * @throws WordbrushError CHECKPOINT_INVALID when none of them can be read: they are damaged, or of another configuration.
 */
export async function loadLatestCheckpoint(
  folder: string,
  variables: NamedVariables,
  onDamaged: (damaged: DamagedCheckpoint) => void = () => undefined,
): Promise<CheckpointState | undefined> {
  await putBackFolder(checkpointPath(folder, 'best'));
  const steps = (await checkpointSteps(folder)).reverse();
  const failed: { step: number; error: WordbrushError }[] = [];
  for (const step of steps) {
    try {
      const state = await readCheckpoint(checkpointPath(folder, step), variables);
      for (const { step: damaged, error } of failed) onDamaged(await layAside(folder, damaged, error));
      return state;
    } catch (error) {
      if (!(error instanceof WordbrushError)) throw error;
      failed.push({ step, error });
    }
  }
  if (failed[0] !== undefined) throw failed[0].error;
  return undefined;
}

/** Loads the best checkpoint into `variables`. @throws WordbrushError CHECKPOINT_INVALID */
export async function loadBestCheckpoint(
  folder: string,
  variables: NamedVariables,
): Promise<CheckpointState> {
  await putBackFolder(checkpointPath(folder, 'best'));
  return readCheckpoint(await requireCheckpoint(folder, 'best'), variables);
}

/**
 * Gives variables the values that a checkpoint has for them, averaged ones where it keeps averages: a generator to export,
 * or that another one builds upon.
 * @throws WordbrushError CHECKPOINT_INVALID
 */
export async function loadAveragedWeights(
  folder: string,
  variables: NamedVariables,
  choice: CheckpointChoice = 'last',
): Promise<void> {
  const path = await requireCheckpoint(folder, choice);
  const { bytes } = await readParts(path);
  const file = join(path, WEIGHTS_FILE);
  try {
    const { tensors } = readSafetensors(bytes, file);
    const wanted = [...variables.keys()].map((name) => {
      const tensor = tensors.get(`average/${name}`) ?? tensors.get(name);
      if (tensor === undefined) throw new RangeError(`there is no tensor ${name}`);
      return [name, tensor] as const;
    });
    variablesFromBytes(variables, writeSafetensors(new Map(wanted), {}), file);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** What a checkpoint says beside the weights; undefined when it is not there. @throws WordbrushError CHECKPOINT_INVALID */
export async function readCheckpointState(
  folder: string,
  choice: CheckpointChoice = 'last',
): Promise<CheckpointState | undefined> {
  const path = await findCheckpoint(folder, choice);
  if (path === undefined) return undefined;
  try {
    return await readState(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Path of the newest checkpoint's weights; undefined before there is one. */
export async function newestWeights(folder: string): Promise<string | undefined> {
  const path = await findCheckpoint(folder, 'last');
  return path === undefined ? undefined : join(path, WEIGHTS_FILE);
}

async function writeCheckpoint(
  path: string,
  state: CheckpointState,
  variables: NamedVariables,
): Promise<void> {
  const weights = variablesToBytes(variables);
  const fill = async (partial: string) => {
    await writeWholeFile(join(partial, WEIGHTS_FILE), weights);
    const whole = { ...state, weightsSha256: sha256Of(weights) };
    await writeWholeFile(join(partial, STATE_FILE), `${JSON.stringify(whole)}\n`);
  };
  const isCheckpoint = (names: readonly string[]) =>
    names.every((name) => name.startsWith(WEIGHTS_FILE) || name.startsWith(STATE_FILE));
  await writeWholeFolder(path, fill, { mayReplace: isCheckpoint });
}

async function readCheckpoint(path: string, variables: NamedVariables): Promise<CheckpointState> {
  const { state, bytes } = await readParts(path);
  try {
    variablesFromBytes(variables, bytes, join(path, WEIGHTS_FILE));
    return state;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** State and weights, which fit each other. */
async function readParts(path: string): Promise<{ state: CheckpointState; bytes: Uint8Array }> {
  try {
    const { weightsSha256, ...state } = await readState(path);
    const bytes = await readFile(join(path, WEIGHTS_FILE));
    if (weightsSha256 !== undefined && weightsSha256 !== sha256Of(bytes)) {
      throw new RangeError(`${WEIGHTS_FILE} has another sha256 than ${STATE_FILE} says`);
    }
    return { state, bytes };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readState(path: string): Promise<z.infer<typeof stateSchema>> {
  return stateSchema.parse(JSON.parse(await readFile(join(path, STATE_FILE), 'utf8')));
}

/** A hidden name, so that it counts as a checkpoint no more and can still be looked into. */
async function layAside(folder: string, step: number, error: WordbrushError): Promise<DamagedCheckpoint> {
  const from = checkpointPath(folder, step);
  const path = join(dirname(from), `.${basename(from)}.damaged`);
  await rm(path, { recursive: true, force: true });
  await rename(from, path);
  return { step, path, reason: reasonOf(error.cause ?? error) };
}

function unreadable(path: string, cause: unknown): WordbrushError {
  return new WordbrushError(
    'CHECKPOINT_INVALID',
    `The checkpoint ${path} cannot be read: ${reasonOf(cause)}.`,
    {
      cause,
      hint: 'Put config.json back if it was changed; else go on from another checkpoint of the run, or begin it again.',
      details: { path },
    },
  );
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
