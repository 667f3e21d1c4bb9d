import type * as tf from '@tensorflow/tfjs';
import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { flagOption } from './layer-flags.js';
import { emitRecurrence, type RecurrenceOutputs } from './recurrence.js';
import { isLayer, readCells } from './recurrent-cell.js';

/** Recurrent layers, one by one and in both directions. */
export const recurrentHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['SimpleRNN', 'GRU', 'LSTM', 'RNN'],
    emit: (context) => {
      const { layer } = context;
      const { sequence, states } = emitLayer(context, layer, context.inputs.slice(1));
      const output = flagOption(layer, 'goBackwards') ? reversed(context, sequence) : sequence;
      const first = output ?? states[0] ?? context.input();
      return flagOption(layer, 'returnState') ? [first, ...states] : first;
    },
    mask: ({ layer, inputMasks }) => (flagOption(layer, 'returnSequences') ? inputMasks[0] : undefined),
  }),
  defineHandler({
    layers: ['Bidirectional'],
    emit: (context) => {
      const { layer, inputs } = context;
      const forwardLayer = part(context, 'forwardLayer');
      const backwardLayer = part(context, 'backwardLayer');
      const perDirection = (inputs.length - 1) / 2;
      const forward = emitLayer(context, forwardLayer, inputs.slice(1, 1 + perDirection));
      const backward = emitLayer(context, backwardLayer, inputs.slice(1 + perDirection));
      // Of two layers of which one goes backwards, TF.js turns the second one's outputs round.
      const isTurned = flagOption(forwardLayer, 'goBackwards');
      const outputs = [forward, backward].flatMap(({ sequence, states }) => {
        const output = isTurned ? reversed(context, sequence) : sequence;
        return output ?? states[0] ?? [];
      });
      const merged = mergeDirections(context, outputs);
      const states = flagOption(layer, 'returnState') ? [...forward.states, ...backward.states] : [];
      return [...merged, ...states];
    },
    mask: ({ layer, inputMasks }) => (flagOption(layer, 'returnSequences') ? inputMasks[0] : undefined),
  }),
];

/** One recurrent layer over the first input of the call, its sequence in the order of time. */
function emitLayer(
  context: LayerContext,
  layer: tf.layers.Layer,
  initialStates: readonly Value[],
): RecurrenceOutputs {
  if (flagOption(layer, 'stateful')) {
    throw context.unsupported(
      'it is stateful, and a graph keeps nothing between runs; take its states as inputs and outputs',
    );
  }
  return emitRecurrence(context, context.input(), {
    cells: readCells(context, layer),
    backward: flagOption(layer, 'goBackwards'),
    mask: context.mask,
    initialStates: initialStates.length === 0 ? undefined : initialStates,
    needsSequence: flagOption(layer, 'returnSequences'),
  });
}

function part(context: LayerContext, name: 'forwardLayer' | 'backwardLayer'): tf.layers.Layer {
  const { layer } = context;
  const found: unknown = Object.entries(layer).find(([key]) => key === name)?.[1];
  if (isLayer(found)) return found;
  throw context.unsupported(`it has no ${name}`);
}

/** The outputs of the two directions as the layer's `mergeMode` has them, along the last axis. */
function mergeDirections(context: LayerContext, outputs: readonly Value[]): readonly Value[] {
  const { mergeMode } = context.config;
  switch (mergeMode) {
    case 'concat': {
      const rank = outputs[0]?.shape?.length ?? 0;
      return [context.node('Concat', outputs, { attributes: { axis: rank - 1 } })];
    }
    case 'sum':
      return [context.node('Add', outputs)];
    case 'mul':
      return [context.node('Mul', outputs)];
    case 'ave':
      return [context.node('Mul', [context.scalar(0.5, 'half'), context.node('Add', outputs)])];
    case null:
    case undefined:
      return outputs;
    default:
      throw context.unsupported(`mergeMode ${JSON.stringify(mergeMode)}`);
  }
}

/** `[batch, time, units]` from the last step to the first. */
function reversed(context: LayerContext, sequence: Value | undefined): Value | undefined {
  if (sequence === undefined) return undefined;
  const inputs = [
    sequence,
    context.integers([-1], 'from'),
    context.integers([-Number.MAX_SAFE_INTEGER], 'to'),
    context.integers([1], 'axes'),
    context.integers([-1], 'steps'),
  ];
  return context.node('Slice', inputs, sequence.shape === undefined ? {} : { shape: sequence.shape });
}
