import * as tf from '@tensorflow/tfjs';
import { ACTIVATION_NAMES } from '../layer-examples/elementwise.js';
import type { Dice } from './dice.js';

/** Channels are last in three of four layers. */
const DATA_FORMATS = ['channelsLast', 'channelsLast', 'channelsLast', 'channelsFirst'] as const;

type Window = ReturnType<typeof randomWindow>;

/** Convolutions and pooling for `[time, channels]`. */
export function sequenceLayer(sizes: readonly number[], dice: Dice): tf.layers.Layer | undefined {
  const [time = 0] = sizes;
  const { kernel, strides, dilations, padding } = randomWindow([time], dice);
  const pooling = { poolSize: kernel[0] ?? 1, strides: strides[0] ?? 1, padding };
  return dice.pick([
    () =>
      tf.layers.conv1d({
        ...convolution(dice),
        kernelSize: kernel,
        padding,
        ...strideOrDilation(dice, strides, dilations),
      }),
    () => tf.layers.maxPooling1d(pooling),
    () => tf.layers.averagePooling1d(pooling),
    () => tf.layers.globalAveragePooling1d({}),
    () => tf.layers.globalMaxPooling1d({}),
    () => tf.layers.spatialDropout1d({ rate: 0.5 }),
  ])();
}

/** Layers for feature maps, their channels last or first. */
export function mapLayer(sizes: readonly number[], dice: Dice): tf.layers.Layer | undefined {
  const dataFormat = dice.pick(DATA_FORMATS);
  const [height = 0, width = 0] = dataFormat === 'channelsLast' ? sizes : sizes.slice(1);
  const { kernel, strides, dilations, padding } = randomWindow([height, width], dice);
  const window = { kernelSize: kernel, padding, dataFormat } as const;
  const pooling = { poolSize: pair(kernel), strides: pair(strides), padding, dataFormat };
  const isLarge = height * width > 40;
  return dice.pick([
    () =>
      tf.layers.conv2d({ ...convolution(dice), ...window, ...strideOrDilation(dice, strides, dilations) }),
    () => {
      const depthMultiplier = dice.integer(1, 2);
      const activation = dice.pick(ACTIVATION_NAMES);
      return tf.layers.depthwiseConv2d({
        ...window,
        kernelSize: pair(kernel),
        strides: pair(strides),
        depthMultiplier,
        activation,
      });
    },
    () =>
      tf.layers.separableConv2d({
        ...convolution(dice),
        ...window,
        depthMultiplier: dice.integer(1, 2),
        // TF.js adds the bias to the wrong axis where channels are first.
        ...(dataFormat === 'channelsFirst' ? { useBias: false } : {}),
        ...strideOrDilation(dice, strides, dilations),
      }),
    () =>
      isLarge
        ? undefined
        : tf.layers.conv2dTranspose({
            ...convolution(dice),
            ...window,
            kernelSize: pair(kernel),
            strides: pair(strides),
          }),
    () => tf.layers.maxPooling2d(pooling),
    () => tf.layers.averagePooling2d(pooling),
    () => tf.layers.globalAveragePooling2d({ dataFormat }),
    () => tf.layers.globalMaxPooling2d({ dataFormat }),
    () =>
      isLarge
        ? undefined
        : tf.layers.upSampling2d({
            size: dice.integers(2, 1, 3),
            interpolation: dice.pick(['nearest', 'bilinear'] as const),
            dataFormat,
          }),
    () =>
      tf.layers.zeroPadding2d({
        padding: [pair(dice.integers(2, 0, 3)), pair(dice.integers(2, 0, 2))],
        dataFormat,
      }),
    () =>
      height < 3 || width < 3
        ? undefined
        : tf.layers.cropping2D({
            cropping: [pair(dice.integers(2, 0, 1)), pair(dice.integers(2, 0, 1))],
            dataFormat,
          }),
  ])();
}

/** Layers for volumes, their channels last or first. */
export function volumeLayer(sizes: readonly number[], dice: Dice): tf.layers.Layer | undefined {
  const dataFormat = dice.pick(DATA_FORMATS);
  const spatial = dataFormat === 'channelsLast' ? sizes.slice(0, 3) : sizes.slice(1);
  const window = randomWindow(spatial, dice);
  const { kernel, dilations, padding } = window;
  const strides = notBeyondKernel(window);
  const pooling = { poolSize: triple(kernel), strides: triple(strides), padding, dataFormat };
  const isLarge = spatial.reduce((product, size) => product * size, 1) > 30;
  return dice.pick([
    () =>
      tf.layers.conv3d({
        ...convolution(dice),
        kernelSize: kernel,
        padding,
        dataFormat,
        ...strideOrDilation(dice, strides, dilations),
      }),
    () =>
      isLarge
        ? undefined
        : tf.layers.conv3dTranspose({
            ...convolution(dice),
            kernelSize: kernel,
            strides,
            padding,
            dataFormat,
          }),
    () => tf.layers.maxPooling3d(pooling),
    () => tf.layers.averagePooling3d(pooling),
  ])();
}

function convolution(dice: Dice) {
  return {
    filters: dice.integer(1, 4),
    useBias: dice.chance(0.7),
    activation: dice.pick(ACTIVATION_NAMES),
  };
}

/** A window that fits these sizes, dilations included. */
function randomWindow(sizes: readonly number[], dice: Dice) {
  const padding = dice.pick(['same', 'valid'] as const);
  const kernel = sizes.map((size) => dice.integer(1, padding === 'valid' ? Math.min(4, size) : 4));
  const strides = sizes.map(() => dice.integer(1, 3));
  const dilations = sizes.map((size, axis) => {
    const reach = (kernel[axis] ?? 1) - 1;
    return dice.integer(
      1,
      padding === 'same' || reach === 0 ? 2 : Math.max(1, Math.min(3, Math.floor((size - 1) / reach))),
    );
  });
  return { padding, kernel, strides, dilations };
}

/** TF.js takes strides or dilations, not both. */
function strideOrDilation(dice: Dice, strides: readonly number[], dilations: readonly number[]) {
  const ones = strides.map(() => 1);
  return dice.chance(0.6)
    ? { strides: [...strides], dilationRate: tuple(ones) }
    : { strides: ones, dilationRate: tuple(dilations) };
}

/** In three dimensions TF.js's backends disagree about "same" padding with a stride beyond the window. */
function notBeyondKernel({ padding, kernel, strides }: Window): number[] {
  return strides.map((stride, axis) => (padding === 'same' ? Math.min(stride, kernel[axis] ?? 1) : stride));
}

/** As TF.js's types want dilations: one, two or three. */
function tuple(entries: readonly number[]): [number] | [number, number] | [number, number, number] {
  const [first = 1, second, third] = entries;
  if (second === undefined) return [first];
  return third === undefined ? [first, second] : [first, second, third];
}

function pair([first = 1, second = 1]: readonly number[]): [number, number] {
  return [first, second];
}

function triple([first = 1, second = 1, third = 1]: readonly number[]): [number, number, number] {
  return [first, second, third];
}
