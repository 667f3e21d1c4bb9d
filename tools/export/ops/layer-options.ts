import type { LayerContext } from '../handler.js';

/** A number of the layer's config. Throws `LAYER_UNSUPPORTED` for anything else. */
export function numberOption(context: LayerContext, name: string): number {
  const value = context.config[name];
  if (typeof value === 'number') return value;
  throw context.unsupported(
    `expected the option "${name}" to be a number, received ${JSON.stringify(value)}`,
  );
}

/** A text of the layer's config. */
export function stringOption(context: LayerContext, name: string): string {
  const value = context.config[name];
  if (typeof value === 'string') return value;
  throw context.unsupported(
    `expected the option "${name}" to be a string, received ${JSON.stringify(value)}`,
  );
}

/** A list of numbers of the layer's config; a single number counts for each of `length` entries. */
export function numbersOption(context: LayerContext, name: string, length: number): readonly number[] {
  const value = context.config[name];
  const list: unknown = typeof value === 'number' ? new Array(length).fill(value) : value;
  if (Array.isArray(list) && list.length === length && list.every((entry) => typeof entry === 'number'))
    return list;
  throw context.unsupported(
    `expected the option "${name}" to be ${length} numbers, received ${JSON.stringify(value)}`,
  );
}

/** Pairs of numbers of the layer's config: what is padded or cropped before and behind on each axis. */
export function pairsOption(
  context: LayerContext,
  name: string,
  length: number,
): readonly (readonly [number, number])[] {
  const value = context.config[name];
  const isPair = (entry: unknown): entry is [number, number] =>
    Array.isArray(entry) && entry.length === 2 && entry.every((side) => typeof side === 'number');
  if (Array.isArray(value) && value.length === length && value.every(isPair)) return value;
  throw context.unsupported(
    `expected the option "${name}" to be ${length} pairs, received ${JSON.stringify(value)}`,
  );
}

/** Whether the layer keeps channels first, which TF.js allows layer by layer. */
export function isChannelsFirst(context: LayerContext): boolean {
  return context.config.dataFormat === 'channelsFirst';
}

/** The sizes of the layer's only input. Throws `LAYER_UNSUPPORTED` where its rank is unknown. */
export function inputShape(context: LayerContext) {
  const { shape } = context.input();
  if (shape === undefined) throw context.unsupported('the rank of its input is not known');
  return shape;
}

/** An axis of the layer's only input, or several of them, as axes from 0 on. */
export function axesOption(context: LayerContext, name: string): readonly number[] {
  const value = context.config[name];
  const list: unknown = typeof value === 'number' ? [value] : value;
  const rank = inputShape(context).length;
  if (Array.isArray(list) && list.every((axis) => Number.isInteger(axis) && axis >= -rank && axis < rank)) {
    return list.map((axis: number) => (axis < 0 ? axis + rank : axis));
  }
  throw context.unsupported(
    `expected the option "${name}" to be axes of a tensor of rank ${rank}, received ${JSON.stringify(value)}`,
  );
}
