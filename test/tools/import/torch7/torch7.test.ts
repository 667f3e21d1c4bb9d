import { describe, expect, it } from 'vitest';
import { float32Of } from '../../../../src/training/weights/safetensors.js';
import { detectPart } from '../../../../tools/import/detect/detect-part.js';
import { readTensorFile } from '../../../../tools/import/read-tensors.js';
import { readCharacterEncoder } from '../../../../tools/import/torch7/character-encoder.js';
import { readTorch7, Torch7Object, Torch7Tensor } from '../../../../tools/import/torch7/read-torch7.js';
import { type LuaObject, type LuaTensor, makeTorch7 } from './make-torch7.js';

const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });
const list = (items: readonly unknown[]) => new Map(items.map((item, index) => [index + 1, item]));
let next = 0;
/** A tensor that counts on from where the last one ended. */
const counting = (...shape: number[]): LuaTensor => {
  const size = shape.reduce((product, each) => product * each, 1);
  const data = Array.from({ length: size }, (_, index) => next + index);
  next += size;
  return { shape, data };
};
const module = (name: string, fields: Record<string, unknown> = {}): LuaObject => ({
  class: `nn.${name}`,
  fields: new Map(Object.entries(fields)),
});
const layer = (name: string, rows: number, columns: number) =>
  module(name, { weight: counting(rows, columns), bias: counting(rows) });
/** Another module with the same weights. */
const clone = ({ class: name, fields }: LuaObject): LuaObject => ({ class: name, fields: new Map(fields) });

/** The recurrent layer of the official code over two steps, as a graph. */
function gruGraph(units: number) {
  const nodes: Map<unknown, unknown>[] = [];
  const node = (of: LuaObject | null, ...inputs: Map<unknown, unknown>[]) => {
    const data = new Map<unknown, unknown>([['mapindex', list(inputs)]]);
    if (of !== null) data.set('module', of);
    nodes.push(new Map([['data', data]]));
    return data;
  };
  const linear = () => layer('Linear', units, units);
  const products = {
    update: linear(),
    updateState: linear(),
    reset: linear(),
    resetState: linear(),
    input: linear(),
    state: linear(),
  };
  // The node before all inputs lists them, and each of them lists it, as nn.gModule has it.
  const before = node(null);
  const [x1, x2] = [node(module('Identity'), before), node(module('Identity'), before)];
  before.set('mapindex', new Map<unknown, unknown>([...list([x1, x2]), [x1, 1], [x2, 2]]));
  // Each product sits in a container of its own.
  const boxed = (of: LuaObject) => module('Sequential', { modules: list([of]) });
  const h1 = node(module('Tanh'), node(boxed(products.input), x1));
  const gate = (ofInput: LuaObject, ofState: LuaObject) =>
    node(module('Sigmoid'), node(module('CAddTable'), node(boxed(ofInput), x2), node(boxed(ofState), h1)));
  const update = gate(products.update, products.updateState);
  const reset = gate(products.reset, products.resetState);
  const gated = node(module('CMulTable'), reset, h1);
  const candidate = node(
    module('Tanh'),
    node(module('CAddTable'), node(boxed(clone(products.input)), x2), node(boxed(products.state), gated)),
  );
  const kept = node(
    module('CMulTable'),
    node(module('AddConstant'), node(module('MulConstant'), update)),
    h1,
  );
  const h2 = node(module('CAddTable'), node(module('CMulTable'), update, candidate), kept);
  const mean = node(module('Mean'), h1, h2);
  return { products, nodes, mean, node };
}

function encoderFile() {
  next = 0;
  const convolutions = [
    layer('TemporalConvolution', 5, 12),
    layer('TemporalConvolution', 3, 8),
    layer('TemporalConvolution', 4, 20),
  ];
  const { products, nodes, mean, node } = gruGraph(4);
  const fc = layer('Linear', 6, 4);
  node(fc, mean);
  const graph = { class: 'nn.gModule', fields: new Map<unknown, unknown>([['forwardnodes', list(nodes)]]) };
  const encoder = module('Sequential', { modules: list([...convolutions, graph]) });
  const bytes = makeTorch7(
    new Map<unknown, unknown>([
      [
        'protos',
        new Map([
          // A layer of the encoder of pictures, which is in official checkpoints too.
          ['enc_image', module('Sequential', { modules: list([layer('Linear', 6, 9)]) })],
          ['enc_doc', encoder],
        ]),
      ],
      ['opt', new Map([['lr', 7e-4]])],
    ]),
  );
  return { bytes, convolutions, products, fc };
}
const dataOf = (of: LuaObject, field: string) => {
  const value = of.fields.get(field);
  return typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined;
};

const ints = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
const longs = (...values: number[]) => Buffer.from(BigInt64Array.from(values, BigInt).buffer);
const lua = (text: string) => Buffer.concat([ints(text.length), Buffer.from(text)]);
/** An object of a class under a number. */
const begun = (index: number, name: string) => Buffer.concat([ints(4, index), lua('V 1'), lua(name)]);

describe('readTorch7', () => {
  it('reads values, views and things that come twice', () => {
    const shared = new Map([['x', 1.5]]);
    const storage = [0, 1, 2, 3, 4, 5];
    const view: LuaTensor = { shape: [2, 2], strides: [1, 2], offset: 1, data: storage };
    const value = readTorch7(
      makeTorch7(list([null, true, 'é', shared, shared, view, module('Linear', { a: 1 })])),
      'x.t7',
    );
    if (!(value instanceof Map)) throw new TypeError('Expected a table.');
    expect([1, 2, 3, 4].map((index) => value.get(index))).toEqual([null, true, 'é', new Map([['x', 1.5]])]);
    expect(value.get(5)).toBe(value.get(4));
    const tensor = value.get(6);
    expect(tensor instanceof Torch7Tensor && [...float32Of(tensor.tensor)]).toEqual([1, 3, 2, 4]);
    const object = value.get(7);
    expect(object instanceof Torch7Object && [object.className, object.fields.get('a')]).toEqual([
      'nn.Linear',
      1,
    ]);
  });

  it('passes over code', () => {
    // A function of three bytes of code that closes over nothing, then a number.
    const code = Buffer.from([
      3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0x66, 6, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0, 0,
      0, 0,
    ]);
    expect(readTorch7(code, 'x.t7')).toEqual(new Map([['f', null]]));
  });

  it('reads every kind of number, and tensors without any', () => {
    const kinds = [
      ['Double', 8, 'F64'],
      ['Float', 4, 'F32'],
      ['Cuda', 4, 'F32'],
      ['CudaDouble', 8, 'F64'],
      ['Half', 2, 'F16'],
      ['CudaHalf', 2, 'F16'],
      ['Long', 8, 'I64'],
      ['CudaLong', 8, 'I64'],
      ['Int', 4, 'I32'],
      ['CudaInt', 4, 'I32'],
      ['Short', 2, 'I16'],
      ['CudaShort', 2, 'I16'],
      ['Char', 1, 'I8'],
      ['CudaChar', 1, 'I8'],
      ['Byte', 1, 'U8'],
      ['CudaByte', 1, 'U8'],
    ] as const;
    for (const [kind, width, dtype] of kinds) {
      const bytes = Buffer.concat([
        begun(1, `torch.${kind}Tensor`),
        ints(1),
        longs(2, 1, 2),
        begun(2, `torch.${kind}Storage`),
        longs(3),
        Buffer.alloc(3 * width, 1),
      ]);
      const tensor = readTorch7(bytes, 'x.t7');
      expect(
        tensor instanceof Torch7Tensor && { dtype: tensor.tensor.dtype, length: tensor.tensor.data.length },
      ).toEqual({
        dtype,
        length: 2,
      });
    }
    const empty = readTorch7(
      Buffer.concat([begun(1, 'torch.FloatTensor'), ints(0), longs(1), ints(0)]),
      'x.t7',
    );
    expect(empty instanceof Torch7Tensor && empty.tensor.data.length).toBe(0);
  });

  it('reads objects from before versions, and functions of all three forms with what they close over', () => {
    const old = Buffer.concat([ints(4, 1), lua('nn.Tanh'), ints(3, 2, 0)]);
    const object = readTorch7(old, 'x.t7');
    expect(object instanceof Torch7Object && object.className).toBe('nn.Tanh');
    const code = Buffer.concat([ints(3), Buffer.from('abc')]);
    const named = Buffer.concat([ints(3, 9, 1), ints(2), lua('x'), ints(5, 1)]);
    const table = Buffer.concat([
      ints(3, 1, 4),
      ...[
        [ints(6), code, ints(0)],
        [ints(7, 2), code, named],
        [ints(8, 3), code, ints(3, 9)],
        // The second function again.
        [ints(7, 2)],
      ].flatMap((value, index) => [ints(2), lua(`f${index}`), ...value]),
    ]);
    expect(readTorch7(table, 'x.t7')).toEqual(new Map([0, 1, 2, 3].map((index) => [`f${index}`, null])));
  });

  it('keeps a table that is its own item', () => {
    const table = readTorch7(Buffer.concat([ints(3, 1, 1), ints(2), lua('self'), ints(3, 1)]), 'x.t7');
    expect(table instanceof Map && table.get('self')).toBe(table);
  });

  it.each([
    ['ascii', Buffer.from('4\n1\n3\nV 1\n13\nnn.Sequential\n'), /expected a binary .t7, got an ascii one/],
    ['big-endian', Buffer.from('0000000300000001000000010000000200000001', 'hex'), /expected little-endian/],
  ])('refuses %s files', (_what, bytes, reason) => {
    expect(() => readTensorFile(bytes, 'x.t7')).toThrow(invalid(reason));
  });

  it('refuses nesting without end, sizes below zero, views outside and truncations', () => {
    const tables = Array.from({ length: 3000 }, (_, index) => [3, index + 1, 1, 5, 1]).flat();
    const deep = Buffer.from(Int32Array.from(tables).buffer);
    expect(() => readTorch7(deep, 'x.t7')).toThrow(invalid(/1500 deep/));
    expect(() => readTorch7(Buffer.from(Int32Array.of(2, -1).buffer), 'x.t7')).toThrow(
      invalid(/a size, got -1/),
    );
    const outside = makeTorch7({ shape: [2], strides: [3], data: [1, 2] });
    expect(() => readTorch7(outside, 'x.t7')).toThrow(invalid(/element 3 of a storage of 2/));
    const whole = makeTorch7({ shape: [2], data: [1, 2] });
    for (let length = 0; length < whole.length; length++) {
      expect(() => readTorch7(whole.subarray(0, length), 'x.t7')).toThrow(invalid(/x\.t7/));
    }
  });
});

describe('readCharacterEncoder', () => {
  it('finds convolutions, gates and the last layer by what the graph does with them', () => {
    const { bytes, convolutions, products, fc } = encoderFile();
    const tensors = readCharacterEncoder(bytes, 'x.t7');
    const values = (name: string) => [...(tensors.get(name)?.data ?? [])];
    expect([...tensors].map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['conv1.weight', 3, 2, 4],
      ['conv1.bias', 3],
      ['conv2.weight', 5, 3, 4],
      ['conv2.bias', 5],
      ['conv3.weight', 4, 5, 4],
      ['conv3.bias', 4],
      ['rnn.weight_ih', 12, 4],
      ['rnn.bias_ih', 12],
      ['rnn.weight_hh', 12, 4],
      ['rnn.bias_hh', 12],
      ['fc.weight', 6, 4],
      ['fc.bias', 6],
    ]);
    const { update, reset, input, updateState, resetState, state } = products;
    const joined = (some: LuaObject[], field: string) => some.flatMap((each) => dataOf(each, field));
    expect(values('rnn.weight_ih')).toEqual(joined([update, reset, input], 'weight'));
    expect(values('rnn.bias_hh')).toEqual(joined([updateState, resetState, state], 'bias'));
    expect(values('fc.weight')).toEqual(dataOf(fc, 'weight'));
    // Torch7 has the window outside of the channels.
    const [, first] = convolutions;
    const original = dataOf(first ?? fc, 'weight');
    expect(Array.isArray(original) && [0, 2, 4, 6, 1, 3, 5, 7].map((at) => original[at])).toEqual(
      values('conv1.weight').slice(0, 8),
    );
  });

  it('is what a .t7 is read as', () => {
    const { dicts, format } = readTensorFile(encoderFile().bytes, 'x.t7');
    expect(format).toBe('torch7');
    expect(detectPart(dicts.get('') ?? new Map())).toEqual({
      kind: 'character-encoder',
      recurrence: 'gru',
      cnnDim: 4,
      sentenceDim: 6,
    });
  });

  it('refuses other networks', () => {
    expect(() => readCharacterEncoder(makeTorch7(module('Sequential')), 'x.t7')).toThrow(
      invalid(/0 convolutions/),
    );
  });
});
