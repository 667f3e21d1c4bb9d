import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { writeWholeFolder } from '../files/whole-folder.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { readSafetensors, writeSafetensors } from '../weights/safetensors.js';
import { variablesFromBytes, variablesToBytes } from '../weights/variable-files.js';

const WEIGHTS_FILE = 'weights.safetensors';
const STATE_FILE = 'state.json';
/** Beside the numbered checkpoints: the weights that a validation found best. */
const BEST = 'best';

const stateSchema = z.strictObject({
  step: z.int().min(0),
  trainedSeconds: z.number().min(0),
  /** The best validation so far, of phases that have one. */
  best: z.strictObject({ step: z.int().min(1), score: z.number() }).optional(),
});

/** What a checkpoint says beside the weights. */
export type CheckpointState = z.infer<typeof stateSchema>;

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
  const path = join(folder, String(state.step));
  await writeCheckpoint(path, state, variables);
  const steps = await checkpointSteps(folder);
  for (const step of steps.slice(0, -keep))
    await rm(join(folder, String(step)), { recursive: true, force: true });
  return path;
}

/** Writes `folder/best/` in place of the one before. @throws WordbrushError OUTPUT_NOT_WRITABLE */
export async function saveBestCheckpoint(
  folder: string,
  state: CheckpointState,
  variables: NamedVariables,
): Promise<void> {
  await writeCheckpoint(join(folder, BEST), state, variables);
}

/**
 * Loads the newest checkpoint into `variables`; undefined when there is none yet.
 * @throws WordbrushError CHECKPOINT_INVALID when it is damaged, or of another configuration.
 */
export async function loadLatestCheckpoint(
  folder: string,
  variables: NamedVariables,
): Promise<CheckpointState | undefined> {
  const step = (await checkpointSteps(folder)).at(-1);
  if (step === undefined) return undefined;
  return readCheckpoint(
    join(folder, String(step)),
    variables,
    'Delete that folder to go on from the checkpoint before it.',
  );
}

/** Loads the best checkpoint into `variables`. @throws WordbrushError CHECKPOINT_INVALID */
export async function loadBestCheckpoint(
  folder: string,
  variables: NamedVariables,
): Promise<CheckpointState> {
  return readCheckpoint(join(folder, BEST), variables, 'Delete that folder to take the newest checkpoint.');
}

/**
 * Gives variables the values that the newest checkpoint has for them, averaged ones where it keeps averages: a generator
 * that another one builds upon.
 * @throws WordbrushError CHECKPOINT_INVALID
 */
export async function loadAveragedWeights(folder: string, variables: NamedVariables): Promise<void> {
  const step = (await checkpointSteps(folder)).at(-1);
  const file = join(folder, String(step), WEIGHTS_FILE);
  try {
    const { tensors } = readSafetensors(await readFile(file), file);
    const wanted = [...variables.keys()].map((name) => {
      const tensor = tensors.get(`average/${name}`) ?? tensors.get(name);
      if (tensor === undefined) throw new RangeError(`there is no tensor ${name}`);
      return [name, tensor] as const;
    });
    variablesFromBytes(variables, writeSafetensors(new Map(wanted), {}), file);
  } catch (cause) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `The checkpoint ${file} cannot be read: ${reasonOf(cause)}.`,
      {
        cause,
        hint: 'Train the stage before to its end first.',
      },
    );
  }
}

/** What the newest checkpoint says beside the weights; undefined when there is none yet. @throws WordbrushError CHECKPOINT_INVALID */
export async function readLatestState(folder: string): Promise<CheckpointState | undefined> {
  const step = (await checkpointSteps(folder)).at(-1);
  if (step === undefined) return undefined;
  const file = join(folder, String(step), STATE_FILE);
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new WordbrushError('CHECKPOINT_INVALID', `${file} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
}

/** Path of the newest checkpoint's weights; undefined before there is one. */
export async function newestWeights(folder: string): Promise<string | undefined> {
  const step = (await checkpointSteps(folder)).at(-1);
  return step === undefined ? undefined : join(folder, String(step), WEIGHTS_FILE);
}

/** Steps with a finished checkpoint, ascending. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function writeCheckpoint(
  path: string,
  state: CheckpointState,
  variables: NamedVariables,
): Promise<void> {
  const fill = async (partial: string) => {
    await writeWholeFile(join(partial, WEIGHTS_FILE), variablesToBytes(variables));
    await writeWholeFile(join(partial, STATE_FILE), `${JSON.stringify(state)}\n`);
  };
  await writeWholeFolder(path, fill, { mayReplace: (names) => names.includes(WEIGHTS_FILE) });
}

async function readCheckpoint(
  path: string,
  variables: NamedVariables,
  hint: string,
): Promise<CheckpointState> {
  try {
    const state = stateSchema.parse(JSON.parse(await readFile(join(path, STATE_FILE), 'utf8')));
    variablesFromBytes(variables, await readFile(join(path, WEIGHTS_FILE)), join(path, WEIGHTS_FILE));
    return state;
  } catch (cause) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `The checkpoint ${path} cannot be read: ${reasonOf(cause)}.`,
      { cause, hint },
    );
  }
}
