import type * as tf from '@tensorflow/tfjs';
import type { Dimension, Graph, Shape, Value } from './graph/graph.js';
import type { LayerHandler } from './handler.js';
import {
  announcedShapes,
  isModel,
  type LayerCall,
  layerCallsOf,
  listModelCalls,
  type ModelCall,
  type ModelCalls,
  type TensorSlot,
} from './layer-calls.js';
import { GraphLayerContext } from './layer-context.js';
import { outputMaskOf } from './layer-masks.js';
import { type HandlersByClass, handlerOf, requireHandlers } from './select-handlers.js';

/** A layer call with the values that stand for its tensors, in TF.js's layout. */
export interface TracedCall extends Pick<LayerCall, 'path' | 'layer' | 'callArguments'> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly inputMasks: readonly (Value | undefined)[];
  /** The mask that TF.js hands to the layer. */
  readonly mask: Value | undefined;
  /** The mask that its outputs get. */
  readonly outputMask: Value | undefined;
}

/**
 * The keyword arguments that TF.js hands from call to call. It sets the mask where an input has one and never takes it
 * away, so that later layers are given it as well.
 */
interface Keywords {
  mask: Value | undefined;
  /** How often the mask was set. */
  maskSets: number;
}

/** What a call did at first, for the times when TF.js repeats it. */
interface Emitted {
  readonly maskBefore: Value | undefined;
  readonly maskAfter: Value | undefined;
  readonly setMask: boolean;
  readonly contexts: readonly GraphLayerContext[];
}

/** Writes layer calls into a graph in the order in which TF.js makes them, with the masks that it hands around. */
export class CallEmitter {
  readonly traced: TracedCall[] = [];
  private readonly contexts: GraphLayerContext[] = [];
  private wrapperDepth = 0;

  constructor(
    private readonly graph: Graph,
    private readonly handlers: HandlersByClass,
  ) {}

  /**
   * Writes a model and returns its outputs. @param keywords undefined for a model as `predict` runs it
   * @param batch the size of the first axis, where it is not in the shapes
   */
  emitModel(
    { inputs, steps, outputs }: ModelCalls,
    given: readonly Value[],
    keywords: Keywords | undefined,
    batch: Dimension,
  ): readonly Value[] {
    const values = new Map(pairs(inputs, given));
    const masks = new Map<TensorSlot, Value>();
    const lookUp = (slot: TensorSlot): Value => found(values.get(slot));
    const emitted = new Map<LayerCall | ModelCall, Emitted>();
    let current = keywords;
    for (const step of steps) {
      const call = step.kind === 'repeat' ? step.of : step;
      const inputMasks = call.inputs.map((slot) => masks.get(slot));
      if (inputMasks.some((mask) => mask !== undefined)) {
        current ??= { mask: undefined, maskSets: 0 };
        current.mask = inputMasks[0];
        current.maskSets += 1;
      }
      const earlier = emitted.get(call);
      if (earlier !== undefined) {
        const isOutput = call.outputs.some((slot) => outputs.includes(slot));
        repeat(earlier, current, isOutput);
        continue;
      }
      // A nested model without keyword arguments makes its own, which end with it.
      const own: Keywords = current ?? { mask: undefined, maskSets: 0 };
      const before = { mask: own.mask, sets: own.maskSets, contexts: this.contexts.length };
      const callInputs = call.inputs.map(lookUp);
      const results =
        call.kind === 'model'
          ? this.emitModel(call.body, callInputs, own, batch)
          : this.emitLayer(call, callInputs, inputMasks, own, batch, masks);
      for (const [slot, value] of pairs(call.outputs, results)) values.set(slot, value);
      emitted.set(call, {
        maskBefore: before.mask,
        maskAfter: own.mask,
        setMask: own.maskSets > before.sets,
        contexts: this.contexts.slice(before.contexts),
      });
    }
    return outputs.map(lookUp);
  }

  private emitLayer(
    call: LayerCall,
    inputs: readonly Value[],
    inputMasks: readonly (Value | undefined)[],
    keywords: Keywords,
    batch: Dimension,
    masks: Map<TensorSlot, Value>,
  ): readonly Value[] {
    const handler = handlerOf(call, this.handlers);
    const context = new GraphLayerContext(this.graph, call, {
      inputs,
      inputMasks,
      mask: keywords.mask,
      applyLayer: (layer, values) => this.applyLayer(layer, `${call.path}/${layer.name}`, values, keywords),
    });
    this.contexts.push(context);
    const outputs = emitCall(context, call, handler, batch);
    const outputMask = outputMaskOf(context, handler);
    if (outputMask !== undefined) for (const slot of call.outputs) masks.set(slot, outputMask);
    // What a wrapper makes of its inputs is its own business, so that TF.js has no tensor to compare with.
    if (this.wrapperDepth === 0) {
      const { path, layer, callArguments } = call;
      const mask = keywords.mask;
      this.traced.push({ path, layer, callArguments, inputs, outputs, inputMasks, mask, outputMask });
    }
    return outputs;
  }

  private applyLayer(
    layer: tf.layers.Layer,
    path: string,
    inputs: readonly Value[],
    keywords: Keywords,
  ): readonly Value[] {
    this.wrapperDepth += 1;
    try {
      if (isModel(layer)) {
        const body = listModelCalls(layer, `${path}/`);
        requireHandlers(layerCallsOf(body), this.handlers);
        return this.emitModel(body, inputs, keywords, null);
      }
      const call = wrappedCall(layer, path, inputs);
      return this.emitLayer(call, inputs, [], keywords, null, new Map());
    } finally {
      this.wrapperDepth -= 1;
    }
  }
}

/** The call of a layer by itself, without the symbolic tensors that TF.js has elsewhere. */
function wrappedCall(layer: tf.layers.Layer, path: string, given: readonly Value[]): LayerCall {
  const inputs = given.map(({ shape = [], dataType }): TensorSlot => ({ shape, dataType }));
  const outputs = announcedShapes(layer, inputs).map((shape): TensorSlot => ({ shape, dataType: 'float32' }));
  return { kind: 'layer', path, layer, callArguments: {}, inputs, outputs };
}

/** Takes over what a repeated call does to the masks. Throws where it would compute something else than at first. */
function repeat(earlier: Emitted, keywords: Keywords | undefined, isOutput: boolean): void {
  const { maskBefore, maskAfter, setMask, contexts } = earlier;
  const reader = keywords?.mask === maskBefore ? undefined : contexts.find(({ hasReadMask }) => hasReadMask);
  if (reader !== undefined && isOutput) {
    throw reader.unsupported('TF.js computes it once for each of its outputs, each time with another mask');
  }
  if (!setMask || keywords === undefined) return;
  keywords.mask = maskAfter;
  keywords.maskSets += 1;
}

/** Lets the handler write the call, and returns one value for each of its outputs, its shape as far as it is known. */
function emitCall(
  context: GraphLayerContext,
  call: LayerCall,
  handler: LayerHandler,
  batch: Dimension,
): readonly Value[] {
  const emitted = handler.emit(context);
  const values = isList(emitted) ? emitted : [emitted];
  if (values.length !== call.outputs.length) {
    throw context.unsupported(
      `its handler returned ${values.length} values for ${call.outputs.length} outputs`,
    );
  }
  for (const [slot, value] of pairs(call.outputs, values)) {
    value.shape = mergeShapes(slot.shape, value.shape, batch);
  }
  return values;
}

/**
 * What the graph knows of a shape, completed by what TF.js announced and by the name of the batch size. The graph
 * comes first: some of TF.js's layers compute other shapes than they announce.
 */
function mergeShapes(announced: Shape, inferred: Shape | undefined, batch: Dimension): Shape {
  if (inferred !== undefined && inferred.length !== announced.length) return inferred;
  return announced.map((size, axis) => {
    const known = inferred?.[axis];
    return typeof known === 'number' ? known : (size ?? known ?? (axis === 0 ? batch : null));
  });
}

/** The entries of two lists side by side, as many as the shorter one has. */
export function pairs<Left, Right>(left: readonly Left[], right: readonly Right[]): [Left, Right][] {
  return left.flatMap((entry, index) => {
    const other = right[index];
    return other === undefined ? [] : [[entry, other] satisfies [Left, Right]];
  });
}

function found(value: Value | undefined): Value {
  if (value === undefined) throw new RangeError('A layer call came before those that it depends on.');
  return value;
}

function isList(emitted: Value | readonly Value[]): emitted is readonly Value[] {
  return Array.isArray(emitted);
}
