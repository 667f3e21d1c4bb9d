import * as z from 'zod';
import { reasonOf } from '../../../src/sdk/errors.js';
import { invalidSavedModel } from './invalid-saved-model.js';
import { parseObjectLiteral } from './object-literal.js';

const quantization = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  min: z.number().optional(),
  scale: z.number().optional(),
});

const weightEntry = z.object({
  name: z.string().min(1),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32', 'bool'], 'expected float32, int32 or bool'),
  quantization: quantization.optional(),
  group: z.string().optional(),
});

const manifest = z.array(z.object({ paths: z.array(z.string().min(1)), weights: z.array(weightEntry) }));

const description = z.object({ modelTopology: z.record(z.string(), z.unknown()), weightsManifest: manifest });

/** A tensor of the weight files: how it is called, shaped and stored. */
export type WeightEntry = z.infer<typeof weightEntry>;

/** What model.json says: layers, and where which weights are. */
export interface ModelDescription {
  /** Layers as Keras writes them, in snake case. */
  readonly topology: Readonly<Record<string, unknown>>;
  readonly groups: readonly { readonly paths: readonly string[]; readonly weights: readonly WeightEntry[] }[];
}

/**
 * Reads the text of a model.json, or of a script that exports the same object, as npm packages bundle it; the script
 * is read, not run. Throws `MODEL_INVALID` for anything that is not a layers model.
 */
export function parseModelDescription(path: string, text: string): ModelDescription {
  const content = parseText(path, text);
  refuseGraphModel(path, content);
  if (isRecord(content) && content.weightsManifest === undefined && 'class_name' in content) {
    throw invalidSavedModel(path, 'it has layers alone, without a weightsManifest');
  }
  const result = description.safeParse(content);
  if (!result.success) {
    throw invalidSavedModel(path, `it reads otherwise:\n${z.prettifyError(result.error)}`, {
      cause: result.error,
    });
  }
  const { modelTopology, weightsManifest } = result.data;
  const { model_config: modelConfig } = modelTopology;
  const topology = isRecord(modelConfig) ? modelConfig : modelTopology;
  if (typeof topology.class_name !== 'string' && typeof topology.className !== 'string') {
    throw invalidSavedModel(path, 'its modelTopology names no class of model');
  }
  return { topology, groups: weightsManifest };
}

function parseText(path: string, text: string): unknown {
  try {
    const begin = /\.exports\s*=\s*(?=\{)|export\s+default\s*(?=\{)/u.exec(text);
    if (/\.[cm]?js$/u.test(path) && begin !== null) {
      return parseObjectLiteral(text, begin.index + begin[0].length);
    }
    return JSON.parse(text);
  } catch (cause) {
    throw invalidSavedModel(path, whatItIs(text) ?? `it does not parse: ${reasonOf(cause)}`, { cause });
  }
}

/** What people give by mistake. */
function whatItIs(text: string): string | undefined {
  if (/^\s*</u.test(text))
    return 'it is a page of HTML or XML, such as a server sends for a file it does not have';
  if (text.startsWith('\u{fffd}HDF'))
    return 'it is a Keras HDF5 file; convert that with tensorflowjs_converter first';
  if (text.startsWith('PK'))
    return 'it is a zip file, such as .keras; convert that with tensorflowjs_converter first';
  if (text.trim() === '') return 'it is empty';
  return undefined;
}

function refuseGraphModel(path: string, content: unknown): void {
  if (!isRecord(content)) return;
  const { format, modelTopology } = content;
  if (format !== 'graph-model' && !(isRecord(modelTopology) && Array.isArray(modelTopology.node))) return;
  throw invalidSavedModel(path, 'it is a graph model, which holds TensorFlow operations rather than layers', {
    hint: 'Convert the Keras model that it came from with tensorflowjs_converter --output_format=tfjs_layers_model.',
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
