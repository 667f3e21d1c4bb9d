import { float32Of, type SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import type { NamedTensors } from '../read-tensors.js';
import { findModules, type GraphModule } from './find-modules.js';
import { readTorch7, Torch7Tensor } from './read-torch7.js';

const WINDOW = 4;
/** Classes that a product with the old state comes after; all others come after the input. */
const OF_STATE = ['nn.Tanh', 'nn.ReLU', 'nn.Threshold', 'nn.CAddTable', 'nn.CMulTable'];

/**
 * The weights of a char-CNN-RNN out of a checkpoint of the official Torch7 code, under the names of
 * `characterEncoderNames`: three `nn.TemporalConvolution`, the recurrent layer as a graph of `nn.Linear` that share
 * their weights from step to step, and a last `nn.Linear`. Gates are told apart by what the graph does with them. A table
 * of tensors under those names is taken as it is.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for any other file.
 */
export function readCharacterEncoder(bytes: Uint8Array, source: string): NamedTensors {
  const value = readTorch7(bytes, source);
  const named = namedTensors(value);
  if (named !== undefined) return named;
  const modules = findModules(encoderOf(value), source);
  const convolutions = distinct(modules, 'nn.TemporalConvolution', source);
  const linears = distinct(modules, 'nn.Linear', source);
  const chain = convolutions.length === 3 ? inChain(convolutions) : [];
  const last = finalLinear(linears);
  if (chain.length !== 3 || last === undefined) {
    throw invalidWeights(
      source,
      `expected a char-CNN-RNN of three convolutions, got ${convolutions.length} convolutions and ${linears.length} linear layers`,
    );
  }
  const recurrent = linears.filter((module) => module !== last);
  return new Map([
    ...chain.flatMap((module, index) => parameters(`conv${index + 1}`, module, source, convolutionWeight)),
    ...recurrence(recurrent, source),
    ...parameters('fc', last, source, (weight) => weight),
  ]);
}

/** Convolutions so that each takes as many channels as the one before gives: a table keeps no order. */
function inChain(convolutions: readonly GraphModule[]): GraphModule[] {
  const rows = (module: GraphModule) => module.object.tensor('weight')?.shape[0] ?? 0;
  const channels = (module: GraphModule) => (module.object.tensor('weight')?.shape[1] ?? 0) / WINDOW;
  const chain: GraphModule[] = [];
  let left = [...convolutions];
  while (left.length > 0) {
    const previous = chain.at(-1);
    const next = left.find((module) =>
      previous === undefined
        ? left.every((other) => other === module || rows(other) !== channels(module))
        : channels(module) === rows(previous),
    );
    if (next === undefined) break;
    chain.push(next);
    left = left.filter((module) => module !== next);
  }
  return chain;
}

/** The linear layer behind the recurrent one, whose products are square: nothing in the graph takes what it gives. */
function finalLinear(linears: readonly GraphModule[]): GraphModule | undefined {
  const isSquare = ({ object }: GraphModule) => {
    const [rows, columns] = object.tensor('weight')?.shape ?? [];
    return rows === columns;
  };
  return (
    linears.find((module) => !isSquare(module)) ?? linears.find(({ consumers }) => consumers.length === 0)
  );
}

/** Where the official code looks: a checkpoint holds the encoder of pictures too. */
function encoderOf(value: unknown): unknown {
  const networks = value instanceof Map ? value.get('protos') : undefined;
  return (networks instanceof Map ? networks.get('enc_doc') : undefined) ?? value;
}

function namedTensors(value: unknown): NamedTensors | undefined {
  if (!(value instanceof Map)) return undefined;
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, item] of value) {
    if (typeof name === 'string' && item instanceof Torch7Tensor) tensors.set(name, item.tensor);
  }
  return tensors.has('conv1.weight') ? tensors : undefined;
}

/** Modules of a class in the order of their first use, one for each weight: clones share theirs. */
function distinct(modules: readonly GraphModule[], className: string, source: string): GraphModule[] {
  const byWeight = new Map<string, GraphModule>();
  for (const module of modules) {
    if (module.object.className !== className) continue;
    const weight = module.object.fields.get('weight');
    if (!(weight instanceof Torch7Tensor)) throw invalidWeights(source, `a ${className} lacks its weight`);
    const known = byWeight.get(weight.identity);
    // A later use in the graph tells what a product is for, where the first is alone.
    if (known === undefined || known.inputs.length === 0) byWeight.set(weight.identity, module);
  }
  return [...byWeight.values()];
}

/** Input and recurrent weights side by side, gates in the order update, reset, candidate. */
function recurrence(linears: readonly GraphModule[], source: string): Map<string, SafetensorsTensor> {
  const ofState = linears.filter((module) =>
    module.inputs.some(({ object }) => OF_STATE.includes(object.className)),
  );
  const ofInput = linears.filter((module) => !ofState.includes(module));
  const gates = [2, 6].includes(linears.length) ? linears.length / 2 : 0;
  if (gates === 0 || ofState.length !== gates || ofInput.length !== gates) {
    throw invalidWeights(
      source,
      `expected a recurrent layer of 2 or 6 products, half of them with the state, got ${ofInput.length} and ${ofState.length}`,
    );
  }
  const order = (module: GraphModule) => GATE_ORDER.indexOf(gateOf(module));
  const sorted = (some: readonly GraphModule[]) =>
    gates === 1 ? [...some] : some.toSorted((a, b) => order(a) - order(b));
  const weights = new Map<string, SafetensorsTensor>();
  for (const [suffix, some] of [
    ['ih', sorted(ofInput)],
    ['hh', sorted(ofState)],
  ] as const) {
    if (gates === 3 && some.map(gateOf).join() !== GATE_ORDER.join()) {
      throw invalidWeights(source, 'the gates of its recurrent layer cannot be told apart');
    }
    const parts = some.map((module) => new Map(parameters('', module, source, (weight) => weight)));
    weights.set(`rnn.weight_${suffix}`, stacked(parts.map((part) => part.get('.weight'))));
    weights.set(`rnn.bias_${suffix}`, stacked(parts.map((part) => part.get('.bias'))));
  }
  return weights;
}

const GATE_ORDER = ['update', 'reset', 'candidate'];

/** A product ends in the candidate's tanh or in a sigmoid, of which that of the reset gate is multiplied into a product. */
function gateOf(module: GraphModule): string {
  const ends = [...module.consumers, ...module.consumers.flatMap(({ consumers }) => consumers)];
  if (ends.some(({ object }) => object.className === 'nn.Tanh')) return 'candidate';
  const gate = ends.find(({ object }) => object.className === 'nn.Sigmoid');
  const isReset = gate?.consumers.some(
    ({ object, consumers }) =>
      object.className === 'nn.CMulTable' && consumers.some((next) => next.object.className === 'nn.Linear'),
  );
  return isReset ? 'reset' : 'update';
}

function parameters(
  name: string,
  { object }: GraphModule,
  source: string,
  toOfficial: (weight: SafetensorsTensor) => SafetensorsTensor,
): [string, SafetensorsTensor][] {
  const [weight, bias] = [object.tensor('weight'), object.tensor('bias')];
  if (weight?.shape.length !== 2 || bias?.shape.length !== 1) {
    throw invalidWeights(source, `a ${object.className} lacks its weight or bias`);
  }
  return [
    [`${name}.weight`, toOfficial(weight)],
    [`${name}.bias`, bias],
  ];
}

/** `[out, window × in]`, the window outside, as PyTorch has it: `(out, in, window)`. */
function convolutionWeight(weight: SafetensorsTensor): SafetensorsTensor {
  const [out = 0, columns = 0] = weight.shape;
  const channels = columns / WINDOW;
  const from = float32Of(weight);
  const data = new Float32Array(from.length);
  for (let row = 0; row < out; row++) {
    for (let column = 0; column < columns; column++) {
      const [step, channel] = [Math.floor(column / channels), column % channels];
      data[(row * channels + channel) * WINDOW + step] = from[row * columns + column] ?? 0;
    }
  }
  return { dtype: 'F32', shape: [out, channels, WINDOW], data };
}

/** One below the other. */
function stacked(tensors: readonly (SafetensorsTensor | undefined)[]): SafetensorsTensor {
  const parts = tensors.flatMap((tensor) => (tensor === undefined ? [] : [tensor]));
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const arrays = parts.map(float32Of);
  const data = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    data.set(array, at);
    at += array.length;
  }
  return { dtype: 'F32', shape: [rows, ...(parts[0]?.shape.slice(1) ?? [])], data };
}
