/** A Lua object of a class, for tests. */
export interface LuaObject {
  class: string;
  fields: Map<unknown, unknown>;
}

export interface LuaTensor {
  shape: readonly number[];
  data: readonly number[];
  strides?: readonly number[];
  offset?: number;
}

/** Writes a value as Torch7 does in binary; maps and objects that come again are references. */
export function makeTorch7(root: unknown): Buffer {
  const parts: Buffer[] = [];
  const seen = new Map<unknown, number>();
  const int = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    parts.push(bytes);
  };
  const long = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    parts.push(bytes);
  };
  const text = (value: string) => {
    int(Buffer.byteLength(value, 'latin1'));
    parts.push(Buffer.from(value, 'latin1'));
  };
  const begin = (type: number, value: unknown): boolean => {
    int(type);
    const known = seen.get(value);
    int(known ?? seen.size + 1);
    if (known === undefined) seen.set(value, seen.size + 1);
    return known === undefined;
  };
  const table = (value: ReadonlyMap<unknown, unknown>) => {
    if (!begin(3, value)) return;
    int(value.size);
    for (const [key, item] of value) {
      write(key);
      write(item);
    }
  };
  const tensor = (value: LuaTensor) => {
    if (!begin(4, value)) return;
    text('V 1');
    text('torch.FloatTensor');
    int(value.shape.length);
    for (const size of value.shape) long(size);
    const strides =
      value.strides ?? value.shape.map((_, axis) => value.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    for (const stride of strides) long(stride);
    long((value.offset ?? 0) + 1);
    if (!begin(4, value.data)) return;
    text('V 1');
    text('torch.FloatStorage');
    long(value.data.length);
    parts.push(Buffer.from(Float32Array.from(value.data).buffer));
  };
  const object = (value: LuaObject) => {
    if (!begin(4, value)) return;
    text('V 1');
    text(value.class);
    table(value.fields);
  };
  const write = (value: unknown): void => {
    if (value === null) int(0);
    else if (typeof value === 'number') {
      int(1);
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      parts.push(bytes);
    } else if (typeof value === 'string') {
      int(2);
      text(value);
    } else if (typeof value === 'boolean') {
      int(5);
      int(value ? 1 : 0);
    } else if (value instanceof Map) table(value);
    else if (isTensor(value)) tensor(value);
    else if (isObject(value)) object(value);
    else throw new TypeError('Expected a value of Lua.');
  };
  write(root);
  return Buffer.concat(parts);
}

function isTensor(value: unknown): value is LuaTensor {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
}

function isObject(value: unknown): value is LuaObject {
  return typeof value === 'object' && value !== null && 'class' in value && 'fields' in value;
}
