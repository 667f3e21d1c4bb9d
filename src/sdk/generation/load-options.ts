import * as z from 'zod/mini';
import { isModelSource, type ModelSource } from '../bundle/sources/model-source.js';
import { DEVICE_CHOICES, type DeviceChoice } from '../runtime/device.js';
import type { RuntimeOptions } from '../runtime/platform.js';
import { integer, oneOf, text } from '../validation/expectations.js';
import { type CallOptions, callFields, check, options } from './call-options.js';
import type { ReportProgress } from './progress.js';

/** Where and how a model's graphs run. */
export interface RuntimeChoice {
  /**
   * The device, which is then used or refused; `auto` takes the first that works, and `info()` says which it was and why
   * others were passed over.
   * @default 'auto'
   */
  device?: DeviceChoice | undefined;
  /**
   * How many workers, each with graphs of its own, run them off this thread, 0 to 64; 0 runs them on it.
   * @default 0 in Node; in a browser 1, or 0 where none starts
   */
  workers?: number | undefined;
  /**
   * In a browser the URL of the folder that `wordbrush copy-assets` filled: ONNX Runtime and the model that comes with
   * the package.
   * @default 'wordbrush/', beside the page
   */
  assets?: string | undefined;
}

export interface LoadOptions extends CallOptions, RuntimeChoice {
  /**
   * Whether the model draws what a text says; decides the type of the model.
   * @default true
   */
  conditional?: boolean | undefined;
}

/** What a call takes that loads its model itself. */
export interface ModelChoice extends RuntimeChoice {
  /**
   * The path of a model bundle, a folder or a zip archive; the URL of its folder; an archive's bytes; or its files.
   * @default the model that comes with the package
   */
  model?: ModelSource | undefined;
}

/** The options of loading with the defaults filled in. */
export interface CheckedLoadOptions {
  conditional: boolean;
  runtime: RuntimeOptions;
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

/** Which model a call loads, and where it runs. */
export interface CheckedModelChoice {
  source: ModelSource | undefined;
  runtime: RuntimeOptions;
}

const runtimeFields = {
  device: z.optional(oneOf(DEVICE_CHOICES)),
  workers: z.optional(integer(0, 64)),
  assets: z.optional(text(4096)),
};

const loadSchema = z.strictObject(
  { ...callFields, ...runtimeFields, conditional: z.optional(z.boolean({ error: 'true or false' })) },
  options,
);

const sourceSchema = z.custom<ModelSource>(isModelSource, {
  error: 'the path or URL of a model bundle, an archive, or its files',
});
const modelSchema = z.looseObject({ ...runtimeFields, model: z.optional(sourceSchema) }, options);

/** @throws WordbrushError INVALID_OPTION. */
export function checkLoadOptions(input: unknown): CheckedLoadOptions {
  const { conditional = true, signal, onProgress, ...choice } = check(loadSchema, input, 'options');
  return { conditional, signal, onProgress, runtime: runtimeOf(choice) };
}

function runtimeOf({ device = 'auto', workers, assets }: RuntimeChoice): RuntimeOptions {
  return { device, workers, assets };
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkSource(input: unknown): ModelSource | undefined {
  return check(z.optional(sourceSchema), input, 'source');
}

/**
 * What decides which model is loaded, and the other options, which are yet to be checked.
 * @throws WordbrushError INVALID_OPTION.
 */
export function separateModel(input: unknown): { choice: CheckedModelChoice; rest: object } {
  const { model: source, device, workers, assets, ...rest } = check(modelSchema, input, 'options');
  return { choice: { source, runtime: runtimeOf({ device, workers, assets }) }, rest };
}
