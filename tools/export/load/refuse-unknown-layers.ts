import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { isRecord } from './model-description.js';

/**
 * Refuses a model with layers of classes that TensorFlow.js does not know, all of them by name, before any is made.
 * Throws `LAYER_UNSUPPORTED`.
 */
export function refuseUnknownLayers(path: string, topology: Readonly<Record<string, unknown>>): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  const unknown = layersIn(topology).filter(({ className }) => !Object.hasOwn(known, className));
  if (unknown.length === 0) return;
  const named = unknown.map(({ name, className }) => `"${name}" (${className})`).join(', ');
  const supported = Object.keys(known).sort();
  const isLambda = unknown.some(({ className }) => className.includes('Lambda'));
  throw new WordbrushError(
    'LAYER_UNSUPPORTED',
    `Expected ${path} to have layers that TensorFlow.js knows, received ${named}.`,
    {
      hint: isLambda
        ? 'A Lambda layer holds Python code, which no file of a model carries: build the model with a layer class instead.'
        : 'Register the class with tf.serialization.registerClass() first, and write a handler for it: `wordbrush convert --handlers FILE` takes a module with both.',
      details: { layers: unknown, supported },
    },
  );
}

interface NamedClass {
  readonly name: string;
  readonly className: string;
}

/** Every entry `{class_name, config: {name, ...}}`, however deep: models in models, and layers that wrappers hold. */
function layersIn(value: unknown): NamedClass[] {
  if (Array.isArray(value)) return value.flatMap(layersIn);
  if (!isRecord(value)) return [];
  const className = value.class_name ?? value.className;
  const { config } = value;
  const isLayer = typeof className === 'string' && isRecord(config) && typeof config.name === 'string';
  const own = isLayer ? [{ name: String(config.name), className }] : [];
  return [...own, ...Object.values(value).flatMap(layersIn)];
}
