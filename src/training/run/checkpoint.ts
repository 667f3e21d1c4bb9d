import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { writeWholeFolder } from '../files/whole-folder.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { variablesFromBytes, variablesToBytes } from '../weights/variable-files.js';

const WEIGHTS_FILE = 'weights.safetensors';
const STATE_FILE = 'state.json';

const stateSchema = z.strictObject({ step: z.int().min(0), trainedSeconds: z.number().min(0) });

/** What a checkpoint says beside the weights. */
export type CheckpointState = z.infer<typeof stateSchema>;

/**
 * Writes `folder/<step>/`, whole or not at all, and removes all but the last `keep` checkpoints.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE; older checkpoints are then untouched.
 */
export async function saveCheckpoint(
  folder: string,
  state: CheckpointState,
  variables: NamedVariables,
  keep = 2,
): Promise<string> {
  const path = join(folder, String(state.step));
  const fill = async (partial: string) => {
    await writeWholeFile(join(partial, WEIGHTS_FILE), variablesToBytes(variables));
    await writeWholeFile(join(partial, STATE_FILE), `${JSON.stringify(state)}\n`);
  };
  await writeWholeFolder(path, fill, { mayReplace: (names) => names.includes(WEIGHTS_FILE) });
  const steps = await checkpointSteps(folder);
  for (const step of steps.slice(0, -keep))
    await rm(join(folder, String(step)), { recursive: true, force: true });
  return path;
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
  const path = join(folder, String(step));
  try {
    const state = stateSchema.parse(JSON.parse(await readFile(join(path, STATE_FILE), 'utf8')));
    variablesFromBytes(variables, await readFile(join(path, WEIGHTS_FILE)), join(path, WEIGHTS_FILE));
    return state;
  } catch (cause) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `The checkpoint ${path} cannot be read: ${reasonOf(cause)}.`,
      {
        cause,
        hint: 'Delete that folder to go on from the checkpoint before it.',
      },
    );
  }
}

/** Steps with a finished checkpoint, ascending. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
