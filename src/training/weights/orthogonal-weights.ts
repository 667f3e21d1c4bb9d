import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { NamedVariables } from './named-variables.js';

/** Largest element of `X^T X - 1` at which the columns count as orthonormal; float32 reaches some 1e-6. */
const TOLERANCE = 1e-5;
/** A singular value grows by half in each round until it is near 1, so this allows one of 1e-9. */
const MAX_ROUNDS = 60;

/**
 * Starting weights of StackGAN++ and AttnGAN (`weights_init` of the official code): kernels orthogonal with gain 1, gammas
 * N(1, 0.02), the rest 0, running variances 1; drawn from our own generator, so that a seed gives one start. The
 * biases of the last convolutions, which the official code leaves at PyTorch's default, are 0 too.
 */
export function initializeOrthogonally(variables: NamedVariables, random: RandomStream): void {
  for (const [name, variable] of variables) {
    if (name.endsWith('/kernel')) {
      const normals = random.normals(variable.size);
      tf.tidy(() => variable.assign(orthogonalKernel(normals, variable.shape)));
      continue;
    }
    const start = startOf(name);
    if (start === undefined) continue;
    const values = random.normals(variable.size).map((value) => start.mean + start.deviation * value);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

function startOf(name: string): { mean: number; deviation: number } | undefined {
  if (name.endsWith('/gamma')) return { mean: 1, deviation: 0.02 };
  // Of spectral normalisation, where that is in use: any direction will do.
  return name.endsWith('/singular_vector') ? { mean: 0, deviation: 1 } : undefined;
}

/**
 * A kernel `[..., out]` that is, as a matrix of inputs × outputs, orthogonal: its columns are orthonormal, or its rows
 * where those are fewer. Made from standard normal `values`, uniformly distributed over all such matrices.
 */
function orthogonalKernel(values: Float32Array, shape: number[]): tf.Tensor {
  const columns = shape.at(-1) ?? 1;
  const matrix = tf.tensor2d(values, [values.length / columns, columns]);
  const [rows] = matrix.shape;
  const result =
    rows < columns
      ? orthonormalColumns(matrix.transpose<tf.Tensor2D>()).transpose()
      : orthonormalColumns(matrix);
  return result.reshape(shape);
}

/**
 * The orthogonal factor of the polar decomposition, by Newton-Schulz iteration: matrix products alone, hence as fast as
 * the backend is.
 */
function orthonormalColumns(matrix: tf.Tensor2D): tf.Tensor2D {
  const [rows, columns] = matrix.shape;
  const identity = tf.eye(columns);
  // The largest singular value of a normal matrix is near this sum; the iteration converges below the root of 3.
  let result = matrix.div<tf.Tensor2D>(Math.sqrt(rows) + Math.sqrt(columns));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const gram = tf.matMul(result, result, true, false);
    const error = gram.sub(identity).abs().max().dataSync()[0] ?? Number.NaN;
    if (error < TOLERANCE) break;
    const previous = result;
    result = tf.tidy(() => tf.matMul(result, identity.mul(1.5).sub<tf.Tensor2D>(gram.mul(0.5))));
    tf.dispose([previous, gram]);
  }
  return result;
}
