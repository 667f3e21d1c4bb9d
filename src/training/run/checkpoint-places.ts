import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WordbrushError } from '../../sdk/errors.js';

/** The newest checkpoint, the best by the measure of its phase, or that of a step. */
export type CheckpointChoice = 'last' | 'best' | number;

/** Beside the numbered checkpoints: the weights that a measurement found best. */
const BEST = 'best';

/** Where the checkpoint of a step lies. */
export function checkpointPath(folder: string, choice: Exclude<CheckpointChoice, 'last'>): string {
  return join(folder, choice === 'best' ? BEST : String(choice));
}

/** Steps with a finished checkpoint, ascending. */
export async function checkpointSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Where a checkpoint lies; undefined where it is not there. */
export async function findCheckpoint(folder: string, choice: CheckpointChoice): Promise<string | undefined> {
  const steps = await checkpointSteps(folder);
  if (choice === 'last') {
    const step = steps.at(-1);
    return step === undefined ? undefined : checkpointPath(folder, step);
  }
  if (choice === 'best') {
    const names: string[] = await readdir(folder).catch(() => []);
    return names.includes(BEST) ? checkpointPath(folder, BEST) : undefined;
  }
  return steps.includes(choice) ? checkpointPath(folder, choice) : undefined;
}

/** @throws WordbrushError CHECKPOINT_INVALID where it is not there, naming those that are. */
export async function requireCheckpoint(folder: string, choice: CheckpointChoice): Promise<string> {
  const path = await findCheckpoint(folder, choice);
  if (path !== undefined) return path;
  const steps = (await checkpointSteps(folder)).map(String);
  const best = (await findCheckpoint(folder, 'best')) === undefined ? [] : [BEST];
  const there = [...steps, ...best];
  const wanted = choice === 'last' ? 'a checkpoint' : `the checkpoint ${choice}`;
  throw new WordbrushError(
    'CHECKPOINT_INVALID',
    `Expected ${wanted} in ${folder}, found ${there.length === 0 ? 'none' : there.join(', ')}.`,
    {
      hint:
        there.length === 0
          ? 'Let the run train on until it has written one.'
          : 'Choose one of those: steps are kept as far as keepCheckpoints says, and best by keepBest.',
      details: { folder, choice, there },
    },
  );
}
