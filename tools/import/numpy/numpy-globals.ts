import { invalidWeights } from '../invalid-weights.js';
import { PickledObject, PickleFunction } from '../pickle/pickle-machine.js';
import { exactNumber } from '../pickle/text-values.js';
import { type ArrayValues, arrayOfBytes, NumpyDtype } from './numpy-dtype.js';

/** An array as NumPy pickles it: made empty, then given shape, type and bytes. */
export class PickledArray extends PickledObject {
  values: ArrayValues | undefined;

  override setState(state: unknown): string | undefined {
    if (!Array.isArray(state) || state.length < 5) return 'the state of a NumPy array is damaged';
    const [shape, dtype, isFortran, content] = state.slice(-4);
    if (!isShape(shape) || !(dtype instanceof NumpyDtype)) return 'a NumPy array lacks its shape or type';
    // Python 2 has bytes as strings.
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    if (!(bytes instanceof Uint8Array)) return 'a NumPy array holds objects instead of numbers';
    const values = arrayOfBytes(shape, dtype, bytes, isFortran === true);
    if (typeof values === 'string') return values;
    this.values = values;
    return undefined;
  }
}

/**
 * What NumPy's arrays and numbers name in a pickle, by `module.name`, in NumPy 1 and 2.
 * @param source what to call the file in a message.
 */
export function numpyGlobals(source: string): ReadonlyMap<string, unknown> {
  const ndarray = new PickleFunction('numpy.ndarray', () => new PickledArray());
  const dtype = ([name]: readonly unknown[]): NumpyDtype => {
    const type = typeof name === 'string' ? NumpyDtype.parse(name) : undefined;
    if (type === undefined) throw invalidWeights(source, `expected numbers, got NumPy's type ${shown(name)}`);
    return type;
  };
  const scalar = ([type, content]: readonly unknown[]): unknown => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    if (!(type instanceof NumpyDtype) || !(bytes instanceof Uint8Array)) {
      throw invalidWeights(source, 'a NumPy number is damaged');
    }
    const values = arrayOfBytes([], type, bytes, false);
    if (typeof values === 'string') throw invalidWeights(source, values);
    const [value] = values.data;
    return typeof value === 'bigint' ? exactNumber(value) : value;
  };
  const fromBuffer = ([content, type, shape, order]: readonly unknown[]): PickledArray => {
    const array = new PickledArray();
    const problem = array.setState([1, shape, type, order === 'F', content]);
    if (problem !== undefined) throw invalidWeights(source, problem);
    return array;
  };
  const functions: PickleFunction[] = [ndarray, new PickleFunction('numpy.dtype', dtype)];
  for (const core of ['numpy.core', 'numpy._core']) {
    functions.push(new PickleFunction(`${core}.multiarray._reconstruct`, () => new PickledArray()));
    functions.push(new PickleFunction(`${core}.multiarray.scalar`, scalar));
    functions.push(new PickleFunction(`${core}.numeric._frombuffer`, fromBuffer));
  }
  return new Map(functions.map((one) => [one.name, one]));
}

function isShape(value: unknown): value is number[] {
  const isSize = (size: unknown) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  return Array.isArray(value) && value.length <= 32 && value.every(isSize);
}

/** Never the text of a list: lists in lists, each named twice, make one without end. */
function shown(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 40) : `of a ${typeof name}`;
}
