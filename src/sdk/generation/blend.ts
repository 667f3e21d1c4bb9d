import type { TensorValue } from '../runtime/platform.js';
import type { PictureNoise } from './picture-noise.js';
import type { TensorValues } from './run-graph.js';

/** Between two noises, `weight` 0 to 1 of the second. */
export function blendNoise(a: PictureNoise, b: PictureNoise, weight: number): PictureNoise {
  return {
    z: blendNormal(a.z, b.z, weight),
    eps: a.eps.map((eps, index) => blendNormal(eps, b.eps[index] ?? eps, weight)),
  };
}

/**
 * Between two draws of a normal distribution: on the straight line, brought to the length between theirs. The line
 * itself passes near zero, where no noise of training lies.
 */
export function blendNormal(a: Float32Array, b: Float32Array, weight: number): Float32Array {
  const mixed = mix(a, b, weight);
  const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  const wanted = (1 - weight) * squares(a) + weight * squares(b);
  const received = squares(mixed);
  const scale = received > 0 ? Math.sqrt(wanted / received) : 1;
  return mixed.map((value) => value * scale);
}

/**
 * Between two texts: sentences and words place by place. The shorter one's missing words are zeros, as those behind
 * the end of a caption are; both ends are left as they are.
 */
export function blendText(a: TensorValues, b: TensorValues, weight: number): TensorValues {
  if (weight === 0) return a;
  if (weight === 1) return b;
  const blended = new Map<string, TensorValue>();
  for (const [name, value] of a) {
    const other = b.get(name) ?? value;
    blended.set(name, name === 'lengths' ? longer(value, other) : blendValues(value, other, weight));
  }
  return blended;
}

function blendValues(a: TensorValue, b: TensorValue, weight: number): TensorValue {
  const larger = a.data.length >= b.data.length ? a : b;
  const padded = ({ data }: TensorValue): Float32Array => {
    const values = new Float32Array(larger.data.length);
    values.set(data);
    return values;
  };
  return { data: mix(padded(a), padded(b), weight), dims: larger.dims };
}

function longer(a: TensorValue, b: TensorValue): TensorValue {
  return (a.data[0] ?? 0) >= (b.data[0] ?? 0) ? a : b;
}

/** Exactly `a` at 0 and `b` at 1. */
function mix(a: Float32Array, b: Float32Array, weight: number): Float32Array {
  return a.map((value, index) => (1 - weight) * value + weight * (b[index] ?? 0));
}
