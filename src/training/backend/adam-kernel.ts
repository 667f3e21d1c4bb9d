import * as tf from '@tensorflow/tfjs';
import { type NativeBackend, nativeBackend } from './native-backend.js';

/** One weight with its moments, and what it moves against; all of one shape. */
export interface AdamOperands {
  weight: tf.Variable;
  first: tf.Variable;
  second: tf.Variable;
  gradient: tf.Tensor;
}

export interface AdamRates {
  /** Bias corrections included. */
  stepSize: number;
  beta1: number;
  beta2: number;
  /** Added to the root of the second moment as it is, without its correction. */
  epsilon: number;
}

/**
 * Moves weights and moments by TensorFlow's own Adam, one pass over each, with no temporary of their size beside a copy.
 * The kernel works on TensorFlow's resource variables, which live for the call only: clones of a weight keep its value.
 * @returns false, and nothing has moved, where another backend is in use.
 */
export function applyAdamNatively(operands: Iterable<AdamOperands>, rates: AdamRates): boolean {
  const native = nativeBackend();
  if (native === undefined) return false;
  tf.tidy(() => {
    const resources = ['weight', 'first', 'second'].map((name) => resourceVariable(native, name));
    // Powers of 0: the step size that is given has its corrections.
    const scalars = [0, 0, rates.stepSize, rates.beta1, rates.beta2, rates.epsilon].map((value) =>
      tf.scalar(value),
    );
    try {
      for (const { weight, first, second, gradient } of operands) {
        const variables = [weight, first, second];
        for (const [index, resource] of resources.entries()) {
          native.execute('AssignVariableOp', [dtype(native)], [resource, variables[index] as tf.Tensor], 0);
        }
        const attributes = [
          native.typeAttribute('T', 'float32'),
          native.boolAttribute('use_locking', false),
          native.boolAttribute('use_nesterov', false),
        ];
        native.execute('ResourceApplyAdam', attributes, [...resources, ...scalars, gradient], 0);
        for (const [index, resource] of resources.entries()) {
          const [moved] = native.execute('ReadVariableOp', [dtype(native)], [resource], 1);
          if (moved !== undefined) variables[index]?.assign(moved);
        }
      }
    } finally {
      const attributes = [native.boolAttribute('ignore_lookup_error', true)];
      for (const resource of resources) native.execute('DestroyResourceOp', attributes, [resource], 0);
    }
  });
  return true;
}

/** A variable of no value yet, and of whatever shape it is given. */
function resourceVariable(native: NativeBackend, name: string): tf.Tensor {
  const attributes = [
    native.stringAttribute('container', ''),
    native.stringAttribute('shared_name', `wordbrush/adam/${name}`),
    native.shapeAttribute('shape', []),
    dtype(native),
  ];
  const [handle] = native.execute('VarHandleOp', attributes, [], 1);
  if (handle === undefined) throw new Error('VarHandleOp gave nothing.');
  return handle;
}

function dtype(native: NativeBackend) {
  return native.typeAttribute('dtype', 'float32');
}
