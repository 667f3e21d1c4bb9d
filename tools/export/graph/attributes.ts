/** A number that ONNX must read as a float. JavaScript cannot tell 1 from 1.0, and ONNX insists on the difference. */
export interface FloatAttribute {
  readonly float: number;
}

/** A list of numbers that ONNX must read as floats. */
export interface FloatsAttribute {
  readonly floats: readonly number[];
}

/** Numbers and lists of numbers are integers unless wrapped by {@link float}. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | FloatAttribute
  | FloatsAttribute;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Marks an attribute as a float: `{ alpha: float(0.2) }`. */
export function float(value: number): FloatAttribute {
  return { float: value };
}

/** Marks an attribute as a list of floats: `{ activation_alpha: floats([0.2]) }`. */
export function floats(values: readonly number[]): FloatsAttribute {
  return { floats: values };
}

export function isFloat(value: AttributeValue): value is FloatAttribute {
  return typeof value === 'object' && 'float' in value;
}

export function isFloats(value: AttributeValue): value is FloatsAttribute {
  return typeof value === 'object' && 'floats' in value;
}

/** An attribute that is a list of integers, such as `perm`; undefined where it is absent. */
export function integers(attributes: Attributes, name: string): readonly number[] | undefined {
  const value = attributes[name];
  if (!Array.isArray(value)) return undefined;
  return value.every((entry): entry is number => typeof entry === 'number') ? value : undefined;
}

/** An attribute that is one integer. */
export function integer(attributes: Attributes, name: string): number | undefined {
  const value = attributes[name];
  return typeof value === 'number' ? value : undefined;
}
