import * as tf from '@tensorflow/tfjs';
import { apply } from '../compare-with-onnx.js';
import { Dice } from './dice.js';
import { randomLayer } from './random-layers.js';

/** Larger tensors are not built upon, so that a model runs in an instant. */
const MOST_ELEMENTS = 700;

/** A model of random layers: branches, merges, shared layers, nested models, several inputs and outputs. */
export function randomModel(seed: number, stepCount?: number): tf.LayersModel {
  const dice = new Dice(seed);
  const inputs = Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, index) =>
    tf.input({ shape: randomSizes(dice), name: `x${index}` }),
  );
  return grow(inputs, stepCount ?? dice.integer(2, 14), dice, 2);
}

function randomSizes(dice: Dice): number[] {
  const rank = dice.pick([1, 1, 2, 2, 3, 3, 3, 3, 4]);
  const largest = [0, 9, 7, 6, 4][rank] ?? 4;
  return dice.integers(rank, 1, largest);
}

/** Applies random layers to the inputs and to what comes out of them. @param depth how far models may be nested */
function grow(
  inputs: readonly tf.SymbolicTensor[],
  stepCount: number,
  dice: Dice,
  depth: number,
): tf.LayersModel {
  const tensors = [...inputs];
  const layers: { layer: tf.layers.Layer; sizes: string }[] = [];
  const add = (layer: tf.layers.Layer, input: tf.SymbolicTensor): void => {
    const output = layer.apply(input);
    for (const tensor of Array.isArray(output) ? output : [output]) {
      if (tensor instanceof tf.SymbolicTensor && isFitToGoOn(tensor)) tensors.push(tensor);
    }
    layers.push({ layer, sizes: String(sizesOf(input)) });
  };
  for (let step = 0; step < stepCount; step++) {
    const recent = tensors.slice(-3);
    const input = dice.pick(dice.chance(0.7) ? recent : tensors);
    const twins = layers.filter(({ sizes }) => sizes === String(sizesOf(input)));
    if (dice.chance(0.2)) {
      const merged = merge(input, tensors, dice);
      if (merged !== undefined) tensors.push(merged);
    } else if (twins.length > 0 && dice.chance(0.15)) {
      add(dice.pick(twins).layer, input);
    } else if (depth > 0 && dice.chance(0.12)) {
      add(nested(sizesOf(input), dice, depth - 1), input);
    } else {
      add(randomLayer(sizesOf(input), dice), input);
    }
  }
  return tf.model({ inputs: [...inputs], outputs: chooseOutputs(inputs, tensors, dice) });
}

function nested(sizes: readonly number[], dice: Dice, depth: number): tf.LayersModel {
  if (dice.chance(0.5)) return grow([tf.input({ shape: [...sizes] })], dice.integer(1, 4), dice, depth);
  const first = randomLayer(sizes, dice);
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [...sizes] }), first] });
  for (let count = dice.integer(0, 2); count > 0; count--) {
    const [output] = model.outputs;
    if (output !== undefined && isFitToGoOn(output)) model.add(randomLayer(sizesOf(output), dice));
  }
  return model;
}

/** A merge of the tensor with others that fit it; undefined where none is found. */
function merge(
  tensor: tf.SymbolicTensor,
  tensors: readonly tf.SymbolicTensor[],
  dice: Dice,
): tf.SymbolicTensor | undefined {
  const sizes = sizesOf(tensor);
  // Not the tensor twice: TF.js's predict() disposes one that a layer reads twice while others still need it.
  const others = tensors.filter((other) => other !== tensor);
  if (dice.chance(0.4)) {
    const axis = dice.integer(1, sizes.length);
    const matching = others.filter((other) => differOnlyAt(sizesOf(other), sizes, axis));
    if (matching.length === 0) return undefined;
    const parts = dice.shuffle([tensor, ...dice.some(matching).slice(0, 3)]);
    return apply(
      tf.layers.concatenate({ axis: axis === sizes.length ? dice.pick([axis, -1]) : axis }),
      parts,
    );
  }
  const matching = others.filter((other) => broadcasts(sizesOf(other), sizes));
  if (matching.length === 0) return undefined;
  const make = dice.pick(ELEMENTWISE);
  const parts = dice.shuffle([tensor, ...dice.some(matching).slice(0, 2)]);
  return allBroadcast(parts) ? apply(make(), parts) : undefined;
}

const ELEMENTWISE = [
  () => tf.layers.add(),
  () => tf.layers.multiply(),
  () => tf.layers.average(),
  () => tf.layers.maximum(),
  () => tf.layers.minimum(),
];

function differOnlyAt(a: readonly number[], b: readonly number[], axis: number): boolean {
  return a.length === b.length && a.every((size, index) => index === axis - 1 || size === b[index]);
}

/** Whether the shapes can be broadcast to one, the shorter one widened in front. */
function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const offset = long.length - short.length;
  return short.every((size, axis) => size === 1 || long[axis + offset] === 1 || size === long[axis + offset]);
}

function allBroadcast(tensors: readonly tf.SymbolicTensor[]): boolean {
  return tensors.every((a) => tensors.every((b) => broadcasts(sizesOf(a), sizesOf(b))));
}

/** One to three tensors: mostly the last, at times an input, or one that others are made of. */
function chooseOutputs(
  inputs: readonly tf.SymbolicTensor[],
  tensors: readonly tf.SymbolicTensor[],
  dice: Dice,
): tf.SymbolicTensor[] {
  const made = tensors.filter((tensor) => !inputs.includes(tensor));
  const outputs = new Set<tf.SymbolicTensor>([made.at(-1) ?? dice.pick(tensors)]);
  if (dice.chance(0.4)) outputs.add(made.at(-2) ?? dice.pick(tensors));
  if (dice.chance(0.3)) outputs.add(dice.pick(tensors));
  return [...outputs];
}

function sizesOf({ shape }: tf.SymbolicTensor): number[] {
  return shape.slice(1).map((size) => size ?? 1);
}

/** Small enough, and of known sizes: TF.js does not work out what a Reshape leaves open. */
function isFitToGoOn(tensor: tf.SymbolicTensor): boolean {
  const elements = sizesOf(tensor).reduce((product, size) => product * size, 1);
  return elements <= MOST_ELEMENTS && tensor.shape.slice(1).every((size) => typeof size === 'number');
}
