import * as tf from '@tensorflow/tfjs';

export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** TensorFlow's eager ops by name, for the few kernels that TF.js does not surface. */
export interface NativeBackend {
  execute(op: string, attributes: OpAttribute[], inputs: tf.Tensor[], outputCount: number): tf.Tensor[];
  typeAttribute(name: string, dtype: 'float32' | 'int32'): OpAttribute;
  floatAttribute(name: string, value: number): OpAttribute;
  stringAttribute(name: string, value: string): OpAttribute;
  boolAttribute(name: string, value: boolean): OpAttribute;
  shapeAttribute(name: string, value: readonly number[]): OpAttribute;
  integersAttribute(name: string, value: readonly number[]): OpAttribute;
}

/** The part of tfjs-node's backend object that is used here; its package does not export the type. */
interface TfjsNodeBackend {
  binding: Record<
    | 'TF_ATTR_TYPE'
    | 'TF_ATTR_FLOAT'
    | 'TF_ATTR_STRING'
    | 'TF_ATTR_BOOL'
    | 'TF_ATTR_SHAPE'
    | 'TF_ATTR_INT'
    | 'TF_FLOAT'
    | 'TF_INT32',
    number
  >;
  executeMultipleOutputs(
    op: string,
    attributes: OpAttribute[],
    inputs: tf.Tensor[],
    count: number,
  ): tf.Tensor[];
}

/** TensorFlow's own kernels when the native backend is in use, else undefined. */
export function nativeBackend(): NativeBackend | undefined {
  const backend: unknown = tf.getBackend() === 'tensorflow' ? tf.backend() : undefined;
  if (!isTfjsNodeBackend(backend)) return undefined;
  const { binding } = backend;
  const dtypes = { float32: binding.TF_FLOAT, int32: binding.TF_INT32 };
  return {
    execute: (op, attributes, inputs, outputCount) =>
      backend.executeMultipleOutputs(op, attributes, inputs, outputCount),
    typeAttribute: (name, dtype) => ({ name, type: binding.TF_ATTR_TYPE, value: dtypes[dtype] }),
    floatAttribute: (name, value) => ({ name, type: binding.TF_ATTR_FLOAT, value }),
    stringAttribute: (name, value) => ({ name, type: binding.TF_ATTR_STRING, value }),
    boolAttribute: (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value }),
    shapeAttribute: (name, value) => ({ name, type: binding.TF_ATTR_SHAPE, value }),
    // A list is an integer attribute whose value is an array.
    integersAttribute: (name, value) => ({ name, type: binding.TF_ATTR_INT, value }),
  };
}

function isTfjsNodeBackend(backend: unknown): backend is TfjsNodeBackend {
  return (
    typeof backend === 'object' &&
    backend !== null &&
    'executeMultipleOutputs' in backend &&
    'binding' in backend
  );
}
