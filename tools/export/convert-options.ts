import * as z from 'zod';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { Dimension } from './graph/graph.js';
import type { LayerHandler } from './handler.js';
import { TARGETS, type Target } from './passes/index.js';
import type { GraphPass } from './passes/pass.js';
import { ARITHMETICS, type Arithmetic, PRECISIONS, type Precision } from './precision/precision.js';
import { NEWEST_OPSET, OLDEST_OPSET } from './writer/opset.js';

/** Where the channels of an image stand: last, as in TF.js, or first, as ONNX convolutions have them. */
export type Layout = 'nhwc' | 'nchw';

export interface InputOption {
  name: string;
  /**
   * Sizes of the graph's input in its layout, batch first; a string names a size that is free at run time.
   * @default the model's sizes, `batch` for the first where it is free
   */
  dims?: readonly Dimension[];
  /** Layout in which the graph takes the input. @default 'nhwc', as the model has it */
  layout?: Layout;
}

export interface OutputOption {
  name: string;
  /** Sizes of the graph's output in its layout, for readers of the file. @default what is known */
  dims?: readonly Dimension[];
  /** Layout in which the graph gives the output. @default 'nhwc', as the model has it */
  layout?: Layout;
}

export interface ConvertOptions {
  /** Name of the graph. @default the model's */
  name?: string;
  /** One entry an input of the model, in the model's order. @default the model's input names */
  inputs?: readonly InputOption[];
  /** One entry an output of the model, in the model's order. @default the names of the output layers */
  outputs?: readonly OutputOption[];
  /** Handlers for layer classes; a later one takes a class over from an earlier one. @default standardHandlers */
  handlers?: readonly LayerHandler[];
  /** Where the graph is to be fast; it runs anywhere. @default 'cpu' */
  target?: Target;
  /** Rewrites of the graph, repeated until nothing changes. @default `passesFor(target)`; `[]` for none */
  passes?: readonly GraphPass[];
  /** Version of ONNX's operators, from 13 to 22. @default 17 */
  opset?: number;
  /**
   * How large weights are stored: in full, in half precision, or as int8 with a scale for each output channel.
   * @default 'fp32'
   */
  precision?: Precision;
  /** Numbers that the graph computes in; `'fp16'` asks for fp16 weights too. @default 'fp32' */
  arithmetic?: Arithmetic;
  /** Text to store in the file beside the graph. */
  metadata?: Readonly<Record<string, string>>;
}

const dimension = z.union([z.int().positive(), z.string().min(1), z.null()]);

const port = z.strictObject({
  name: z.string().min(1),
  dims: z.array(dimension).readonly().optional(),
  layout: z.enum(['nhwc', 'nchw']).optional(),
});

const handler = z.object({
  layers: z.array(z.string()).readonly(),
  emit: z.custom<LayerHandler['emit']>((value) => typeof value === 'function', 'expected a function'),
});

const pass = z.object({
  name: z.string(),
  run: z.custom<GraphPass['run']>((value) => typeof value === 'function', 'expected a function'),
});

const convertOptions = z.strictObject({
  name: z.string().min(1).optional(),
  inputs: z.array(port).readonly().optional(),
  outputs: z.array(port).readonly().optional(),
  handlers: z.array(handler).readonly().optional(),
  target: z.enum(TARGETS).optional(),
  passes: z.array(pass).readonly().optional(),
  opset: z.int().min(OLDEST_OPSET).max(NEWEST_OPSET).optional(),
  precision: z.enum(PRECISIONS).optional(),
  arithmetic: z.enum(ARITHMETICS).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/** Throws `INVALID_OPTION` where the options are not of the type that {@link ConvertOptions} says. */
export function checkConvertOptions(options: ConvertOptions): void {
  const result = convertOptions.safeParse(options);
  if (result.success) return;
  throw new WordbrushError('INVALID_OPTION', `Options of convert(): ${z.prettifyError(result.error)}`, {
    cause: result.error,
  });
}
