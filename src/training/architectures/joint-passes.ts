import * as tf from '@tensorflow/tfjs';
import { outputOf } from '../layers/model-outputs.js';

/**
 * Training passes of a model over several batches in their order, each a list of input tensors: convolutions take all of
 * them at once, which is a fraction of the work where filters are larger than maps, and batch normalisation each by itself,
 * as the official code. Outputs under the batches' own names.
 */
export function jointPasses<Batches extends Readonly<Record<string, readonly tf.Tensor[]>>>(
  model: tf.LayersModel,
  batches: Batches,
): { [Name in keyof Batches]: tf.Tensor } {
  const lists = Object.values(batches);
  const [first = []] = lists;
  const inputs = first.map((_, index) => tf.concat(lists.flatMap((inputsOf) => inputsOf[index] ?? [])));
  const batchRows = lists.map(([input]) => input?.shape[0] ?? 0);
  const outputs = tf.split(outputOf(model, inputs, { training: true, batchRows }), batchRows);
  const named = Object.keys(batches).map((name, index) => [name, outputs[index]] as const);
  return Object.fromEntries(named) as { [Name in keyof Batches]: tf.Tensor };
}
