import { copyFile, readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { float32Of, readSafetensors } from '../weights/safetensors.js';
import { newestWeights } from './checkpoint.js';
import { RunFolder } from './run-folder.js';

/**
 * Lays the newest weights of another run's generator and discriminators beside a new run, which begins with those that
 * it has itself, by name and shape.
 * @throws WordbrushError CHECKPOINT_INVALID for a run without a checkpoint.
 */
export async function layWarmStart(from: string, to: RunFolder): Promise<void> {
  const { checkpoints } = new RunFolder(from).main;
  const weights = await newestWeights(checkpoints);
  if (weights === undefined) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `Expected a checkpoint in ${checkpoints} to begin with, found none.`,
      { hint: 'Name a run that has trained its generator for a while.' },
    );
  }
  await copyFile(weights, to.warmStartFile);
}

/**
 * Begins with weights of another run, if there are any: each variable that they have under its name and in its shape.
 * Moments of optimisers begin anew; an average that they do not keep begins with its weight.
 * @returns how many variables were taken; undefined where there is no warm start.
 */
export async function warmStart(file: string, variables: NamedVariables): Promise<number | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const { tensors } = readSafetensors(bytes, file);
  let taken = 0;
  for (const [name, variable] of variables) {
    if (name.startsWith('adam/')) continue;
    const tensor = tensors.get(name) ?? tensors.get(name.replace(/^average\//, ''));
    if (tensor?.shape.join() !== variable.shape.join()) continue;
    tf.tidy(() => variable.assign(tf.tensor(float32Of(tensor), variable.shape)));
    taken += 1;
  }
  return taken;
}
