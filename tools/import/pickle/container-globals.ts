import { invalidWeights } from '../invalid-weights.js';
import { PickleFunction } from './pickle-machine.js';

/**
 * Python's plain containers by `module.name`, under the names of Python 2 and 3. None can do more than hold values.
 * @param source what to call the file in a message.
 */
export function containerGlobals(source: string): ReadonlyMap<string, unknown> {
  const dict = ([items]: readonly unknown[]): Map<unknown, unknown> => {
    if (items === undefined) return new Map();
    if (items instanceof Map) return new Map(items);
    if (!Array.isArray(items) || !items.every(isPair)) {
      throw invalidWeights(source, 'expected a dict to be made of pairs');
    }
    return new Map(items);
  };
  const list = ([items]: readonly unknown[]): unknown[] => {
    if (items === undefined) return [];
    if (Array.isArray(items)) return [...items];
    throw invalidWeights(source, 'expected a list to be made of a list');
  };
  const set = (args: readonly unknown[]) => new Set(list(args));
  const latin1 = (text: unknown, encoding: unknown): Uint8Array => {
    if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
      throw invalidWeights(source, 'expected bytes in latin1');
    }
    return Uint8Array.from(Buffer.from(text, 'latin1'));
  };
  const bytes = ([content, encoding]: readonly unknown[]): Uint8Array => {
    if (content === undefined) return new Uint8Array();
    return content instanceof Uint8Array ? Uint8Array.from(content) : latin1(content, encoding);
  };
  /** What no weight is made of; its arguments say what it was. */
  const passedOver = (args: readonly unknown[]) => [...args];
  const functions = [
    new PickleFunction('collections.OrderedDict', dict),
    // Its first argument makes missing values, which nothing here asks for.
    new PickleFunction('collections.defaultdict', () => new Map()),
    new PickleFunction('collections.Counter', dict),
    ...['builtins', '__builtin__'].flatMap((module) => [
      new PickleFunction(`${module}.dict`, dict),
      new PickleFunction(`${module}.list`, list),
      new PickleFunction(`${module}.tuple`, list),
      new PickleFunction(`${module}.set`, set),
      new PickleFunction(`${module}.frozenset`, set),
      new PickleFunction(`${module}.bytes`, bytes),
      new PickleFunction(`${module}.bytearray`, bytes),
      ...['complex', 'range', 'xrange', 'slice'].map(
        (name) => new PickleFunction(`${module}.${name}`, passedOver),
      ),
    ]),
    // Python 3 writes bytes so in protocols that know only Python 2's strings.
    new PickleFunction('_codecs.encode', ([text, encoding]) => latin1(text, encoding)),
  ];
  return new Map(functions.map((one) => [one.name, one]));
}

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}
