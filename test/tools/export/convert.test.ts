import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { type ConvertOptions, convert, verify } from '../../../tools/export/index.js';
import {
  apply,
  applyAll,
  compareWithOnnx,
  countOf,
  modelOf,
  randomiseWeights,
  seededNormals,
} from './compare-with-onnx.js';

describe('inputs and outputs', () => {
  it('bear the names, sizes and layouts asked for', async () => {
    const x = tf.input({ shape: [4, 6, 3] });
    const z = tf.input({ shape: [5] });
    const image = apply(tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' }), x);
    const vector = apply(tf.layers.dense({ units: 7 }), z);
    const converted = await compareWithOnnx(tf.model({ inputs: [x, z], outputs: [image, vector] }), {
      name: 'two_of_each',
      inputs: [
        { name: 'picture', layout: 'nchw', dims: ['n', 3, 4, 6] },
        { name: 'z', dims: ['n', 5] },
      ],
      outputs: [{ name: 'image', layout: 'nchw' }, { name: 'vector' }],
    });
    expect(converted.summary.inputs).toEqual([
      { name: 'picture', dataType: 'float32', shape: ['n', 3, 4, 6] },
      { name: 'z', dataType: 'float32', shape: ['n', 5] },
    ]);
    expect(converted.summary.outputs).toEqual([
      { name: 'image', dataType: 'float32', shape: ['n', 2, 4, 6] },
      { name: 'vector', dataType: 'float32', shape: ['n', 7] },
    ]);
    // Both ends are channels first, as the convolution has it: nothing is left to transpose.
    expect(countOf(converted, 'Transpose')).toBe(0);
  });

  it('are called after the layers unless told otherwise, with a free batch', async () => {
    const converted = await compareWithOnnx(modelOf(tf.layers.dense({ units: 2, name: 'scores' }), [3]));
    expect(converted.summary.inputs).toEqual([{ name: 'x', dataType: 'float32', shape: ['batch', 3] }]);
    expect(converted.summary.outputs).toEqual([{ name: 'scores', dataType: 'float32', shape: ['batch', 2] }]);
  });

  it('keep a batch size that the model fixes', () => {
    const x = tf.input({ batchShape: [4, 3], name: 'x' });
    const converted = convert(tf.model({ inputs: x, outputs: apply(tf.layers.reLU(), x) }));
    expect(converted.summary.inputs[0]?.shape).toEqual([4, 3]);
  });

  it('may be the same tensor twice', async () => {
    const x = tf.input({ shape: [3], name: 'x' });
    const y = apply(tf.layers.reLU(), x);
    const model = tf.model({ inputs: x, outputs: [y, apply(tf.layers.dropout({ rate: 0.1 }), y)] });
    const converted = await compareWithOnnx(model, { outputs: [{ name: 'first' }, { name: 'second' }] });
    expect(converted.summary.operators).toEqual({ Relu: 1, Identity: 1 });
  });

  it('may also be read inside the graph', async () => {
    const x = tf.input({ shape: [3], name: 'x' });
    const middle = apply(tf.layers.reLU(), x);
    const model = tf.model({ inputs: x, outputs: [middle, apply(tf.layers.dense({ units: 2 }), middle)] });
    const converted = await compareWithOnnx(model, { outputs: [{ name: 'middle' }, { name: 'end' }] });
    expect(converted.summary.operators).toEqual({ Relu: 1, Gemm: 1 });
  });
});

describe('models in models', () => {
  const inner = () =>
    tf.sequential({
      name: 'inner',
      layers: [
        tf.layers.conv2d({ inputShape: [4, 4, 2], filters: 2, kernelSize: 3, padding: 'same' }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
      ],
    });

  it('are dissolved, at any depth', async () => {
    const outer = tf.sequential({ name: 'outer', layers: [inner(), tf.layers.flatten()] });
    const x = tf.input({ shape: [4, 4, 2], name: 'x' });
    const model = tf.model({ inputs: x, outputs: apply(tf.layers.dense({ units: 3 }), apply(outer, x)) });
    const converted = await compareWithOnnx(model, { tolerance: 1e-5 });
    expect(converted.summary.operators).toEqual({ Transpose: 2, Conv: 1, Relu: 1, Flatten: 1, Gemm: 1 });
  });

  it('and shared layers share their weights in the file', async () => {
    const shared = inner();
    const dense = tf.layers.dense({ units: 3 });
    const flatten = tf.layers.flatten();
    const inputs = ['a', 'b'].map((name) => tf.input({ shape: [4, 4, 2], name }));
    const outputs = inputs.map((input) => applyAll([shared, flatten, dense], input));
    const model = tf.model({ inputs, outputs });
    const converted = await compareWithOnnx(model, { tolerance: 1e-5 });
    expect(countOf(converted, 'Gemm')).toBe(2);
    expect(countOf(converted, 'Conv')).toBe(2);
    const [kernel, bias, denseKernel, denseBias] = [3 * 3 * 2 * 2, 2, 4 * 4 * 2 * 3, 3];
    expect(converted.summary.parameterCount).toBe(kernel + bias + denseKernel + denseBias);
  });

  it('with several inputs and outputs are wired in order', async () => {
    const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [3] })] as const;
    const difference = apply(tf.layers.concatenate(), [a, apply(tf.layers.dense({ units: 2 }), b)]);
    const pair = tf.model({
      inputs: [a, b],
      outputs: [difference, apply(tf.layers.reLU(), a)],
      name: 'pair',
    });
    const [x, y] = [tf.input({ shape: [3], name: 'x' }), tf.input({ shape: [3], name: 'y' })] as const;
    const outputs = pair.apply([y, x]) as tf.SymbolicTensor[];
    await compareWithOnnx(tf.model({ inputs: [x, y], outputs }), { outputs: [{ name: 'p' }, { name: 'q' }] });
  });
});

describe('a generator', () => {
  it('has no Transpose and no BatchNormalization left', async () => {
    const x = tf.input({ shape: [6], name: 'z' });
    const block = (filters: number) => [
      tf.layers.upSampling2d({ size: [2, 2] }),
      tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: 'relu' }),
    ];
    const image = applyAll(
      [
        tf.layers.dense({ units: 8 * 4, useBias: false }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.reshape({ targetShape: [8, 2, 2] }),
        tf.layers.permute({ dims: [2, 3, 1] }),
        ...block(6),
        ...block(4),
        tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      ],
      x,
    );
    const outputs = [{ name: 'image', layout: 'nchw' as const }];
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs: image }), {
      outputs,
      tolerance: 1e-5,
    });
    expect(converted.summary.operators).toEqual({
      Conv: 3,
      Relu: 3,
      Resize: 2,
      Gemm: 1,
      Reshape: 1,
      Tanh: 1,
    });
  });
});

describe('free sizes that ONNX cannot express', () => {
  const FREE: [string, tf.Shape, () => tf.layers.Layer[], RegExp][] = [
    [
      'steps of a cell that ONNX has no operator for',
      [null, 3],
      () => [tf.layers.gru({ units: 2, activation: 'swish' })],
      /\(GRU\).*written one by one only where the model says how many/,
    ],
    [
      'a picture that is cropped around its middle',
      [null, null, 3],
      // Behind another layer: TF.js makes an input itself as small as the crop.
      () => [tf.layers.conv2d({ filters: 1, kernelSize: 1 }), tf.layers.centerCrop({ height: 2, width: 2 })],
      /\(CenterCrop\).*of a fixed size/,
    ],
  ];
  it.each(FREE)('%s', (_name, shape, make, message) => {
    const x = tf.input({ shape });
    const model = tf.model({ inputs: x, outputs: applyAll(make(), x) });
    expect(() => convert(model)).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringMatching(message) }),
    );
  });
});

describe('a target', () => {
  it('chooses the form of doubled convolutions, unless passes are given', async () => {
    const model = modelOf(tf.layers.upSampling2d({ size: [2, 2] }), [4, 4, 16]);
    const [doubled] = model.outputs;
    if (doubled === undefined) throw new RangeError('Expected an output.');
    const convolved = tf.model({
      inputs: model.inputs,
      outputs: apply(tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same' }), doubled),
    });
    const operators = async (options: ConvertOptions) => {
      const { summary } = await compareWithOnnx(convolved, { ...options, tolerance: 1e-5 });
      return { ...summary.operators, Transpose: 0 };
    };
    expect(await operators({ target: 'webgpu' })).toEqual({ Transpose: 0, ConvTranspose: 1 });
    expect(await operators({ target: 'cpu' })).toEqual(await operators({}));
    expect(await operators({ target: 'cpu' })).toEqual(await operators({ target: 'wasm' }));
    expect(await operators({ target: 'cpu' })).toMatchObject({ Concat: 3 });
    expect(await operators({ target: 'webgpu', passes: [] })).toMatchObject({ Resize: 1, Conv: 1 });
  });
});

describe('options that do not fit', () => {
  const model = modelOf(tf.layers.dense({ units: 2, name: 'y' }), [3]);
  const REFUSED: [string, ConvertOptions, RegExp][] = [
    ['too few names', { inputs: [] }, /"inputs" for each of the model's 1, received 0/],
    ['one name for two', { inputs: [{ name: 'a' }], outputs: [{ name: 'a' }] }, /"a" twice/],
    ['an empty name', { inputs: [{ name: '' }] }, /name/],
    ['sizes of another rank', { inputs: [{ name: 'x', dims: ['batch'] }] }, /\[\?, 3\], received \[batch\]/],
    [
      'another size than the model has',
      { inputs: [{ name: 'x', dims: ['batch', 4] }] },
      /\[\?, 3\], received \[batch, 4\]/,
    ],
    ['a layout for a vector', { inputs: [{ name: 'x', layout: 'nchw' }] }, /rank is 2/],
    ['an option that does not exist', { opsets: 18 } as ConvertOptions, /opsets/],
    ['an opset too old', { opset: 12 }, /opset/],
    ['half-precision arithmetic on other weights', { arithmetic: 'fp16' }, /precision fp16 .*received fp32/],
  ];
  it.each(REFUSED)('%s', (_name, options, message) => {
    expect(() => convert(model, options)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
  });

  it('something other than a layers model', () => {
    for (const other of [{}, null, { executor: {} }, tf.sequential()]) {
      expect(() => convert(other as tf.LayersModel)).toThrowError(WordbrushError);
    }
    expect(() => convert({ executor: {} } as unknown as tf.LayersModel)).toThrowError(/tf.GraphModel/);
  });
});

describe('tensors', () => {
  it('are as many after a conversion as before', async () => {
    const model = modelOf(tf.layers.conv2d({ filters: 2, kernelSize: 3 }), [5, 5, 2]);
    randomiseWeights(model);
    const before = tf.memory().numTensors;
    await verify(model, convert(model), { random: seededNormals() });
    expect(tf.memory().numTensors).toBe(before);
  });
});
