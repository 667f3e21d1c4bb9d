import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadLayersModel } from '../../../../tools/export/index.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { type Quantization, saveModel, setCoarseWeights } from './save-model.js';

class Halve extends tf.layers.Layer {
  static readonly className = 'Halve';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (x === undefined) throw new RangeError('Expected an input.');
    return x.div(2);
  }
}

beforeAll(() => {
  tf.env().set('IS_TEST', true);
});

function smallModel(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 2, activation: 'relu', inputShape: [4, 4, 2] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 5, kernelInitializer: 'orthogonal' }),
    ],
  });
  setCoarseWeights(model);
  return model;
}

function weightsOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((tensor) => Array.from(tensor.dataSync()));
}

async function expectSame(path: string, model: tf.LayersModel): Promise<void> {
  const before = tf.memory().numTensors;
  const loaded = await loadLayersModel(path);
  expect(weightsOf(loaded)).toEqual(weightsOf(model));
  loaded.dispose();
  expect(tf.memory().numTensors).toBe(before);
}

describe('loadLayersModel', () => {
  it('reads a model.json, its folder, and a path relative to here', async () => {
    const model = smallModel();
    const path = await saveModel(model);
    await expectSame(path, model);
    await expectSame(dirname(path), model);
    await expectSame(relative(process.cwd(), path), model);
  });

  it.each<Quantization>(['uint8', 'uint16', 'float16'])('reads weights quantised to %s', async (dtype) => {
    const model = smallModel();
    await expectSame(await saveModel(model, dtype), model);
  });

  it('reads models as npm packages bundle them, in minified scripts', async () => {
    const model = smallModel();
    const path = await saveModel(model);
    const folder = dirname(path);
    // What a minifier makes of the object: bare keys, !0, and numbers without their zero.
    const literal = readFileSync(path, 'utf8')
      .replace(/"(\w+)":/gu, '$1:')
      .replace(/\btrue\b/gu, '!0')
      .replace(/\bfalse\b/gu, '!1')
      .replace(/([:[,])0\./gu, '$1.')
      .replaceAll('.bin"', '"');
    writeFileSync(join(folder, 'model.min.js'), `!function(e){e.exports=${literal}}({},[]);`);
    for (const shard of ['group1-shard1of2', 'group1-shard2of2']) {
      const bytes = readFileSync(join(folder, `${shard}.bin`)).toString('base64');
      writeFileSync(join(folder, `${shard}.min.js`), `!function(e){e.exports="${bytes}"}(typeof 'x');`);
      rmSync(join(folder, `${shard}.bin`));
    }
    rmSync(path);
    await expectSame(folder, model);
  });

  it('finds models inside installed packages', async () => {
    const model = await loadLayersModel('nsfwjs/dist/models/mobilenet_v2');
    expect(model.inputs[0]?.shape).toEqual([null, 224, 224, 3]);
    expect(model.countParams()).toBe(2_619_461);
    model.dispose();
  });

  it('reads what the converter makes of Keras 2: dtype policies, a config inside a config, options of later versions', async () => {
    const model = smallModel();
    const path = await saveModel(model);
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path, 'utf8'));
    const policy = { class_name: 'Policy', config: { name: 'mixed_float16' } };
    for (const layer of modelTopology.config.layers) {
      layer.config = { ...layer.config, dtype: policy, groups: 1, ragged: false };
      layer.build_config = { input_shape: [null, 4, 4, 2] };
    }
    const keras = { keras_version: '2.15.0', backend: 'tensorflow', model_config: modelTopology };
    writeFileSync(path, JSON.stringify({ format: 'layers-model', modelTopology: keras, weightsManifest }));
    await expectSame(path, model);
  });

  it('builds layer classes that were registered before', async () => {
    const model = tf.sequential({ layers: [new Halve({ inputShape: [3] })] });
    const path = await saveModel(model);
    await expect(loadLayersModel(path)).rejects.toMatchObject({
      code: 'LAYER_UNSUPPORTED',
      message: expect.stringMatching(/"halve\w*" \(Halve\)/u),
      hint: expect.stringContaining('registerClass'),
    });
    tf.serialization.registerClass(Halve);
    (await loadLayersModel(path)).dispose();
  });
});

describe('what is refused, with nothing left behind', () => {
  /** A saved model whose model.json is changed before it is read. */
  async function changed(change: (content: string) => string): Promise<string> {
    const path = await saveModel(smallModel());
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return path;
  }
  const json = (change: (content: Record<string, never>) => unknown) =>
    changed((content) => JSON.stringify(change(JSON.parse(content))));

  const REFUSED: [string, () => Promise<string> | string, string, RegExp][] = [
    ['nothing there', () => join(temporaryFolder(), 'none.json'), 'FILE_MISSING', /found nothing there/],
    ['an address', () => 'https://example.org/model.json', 'FILE_MISSING', /found nothing there/],
    ['a folder without a model', () => temporaryFolder({ 'a.txt': '' }), 'FILE_MISSING', /found neither/],
    ['a page of HTML', () => changed(() => '<!doctype html><html></html>'), 'MODEL_INVALID', /HTML/],
    ['an empty file', () => changed(() => ' '), 'MODEL_INVALID', /empty/],
    ['a Keras file', () => changed(() => 'PK\u0003\u0004'), 'MODEL_INVALID', /zip/],
    ['half a file', () => changed((content) => content.slice(0, 100)), 'MODEL_INVALID', /does not parse/],
    ['a list', () => json(() => [1, 2]), 'MODEL_INVALID', /reads otherwise/],
    [
      'a graph model by its format',
      () => json((content) => ({ ...content, format: 'graph-model' })),
      'MODEL_INVALID',
      /graph model/,
    ],
    [
      'a graph model by its nodes',
      () => json((content) => ({ ...content, modelTopology: { node: [] } })),
      'MODEL_INVALID',
      /graph model/,
    ],
    [
      'layers without weights',
      () => json(({ modelTopology }) => modelTopology),
      'MODEL_INVALID',
      /without a weightsManifest/,
    ],
    [
      'a manifest of another form',
      () => json((content) => ({ ...content, weightsManifest: [{ paths: ['a'], weights: [{ name: 1 }] }] })),
      'MODEL_INVALID',
      /weightsManifest\[0\]\.weights\[0\]\.name/,
    ],
    [
      'weights of a type that layers do not have',
      () => changed((content) => content.replace(/("\w*\/kernel",[^}]*"dtype":)"float32"/u, '$1"complex64"')),
      'MODEL_INVALID',
      /expected float32, int32 or bool/,
    ],
    [
      'a shard outside the folder',
      () => changed((content) => content.replace('group1-shard1of2.bin', '../../secret.bin')),
      'WEIGHTS_INVALID',
      /outside its folder/,
    ],
    [
      'a missing shard',
      async () => {
        const path = await saveModel(smallModel());
        rmSync(join(dirname(path), 'group1-shard2of2.bin'));
        return path;
      },
      'FILE_MISSING',
      /shard2of2/,
    ],
    [
      'a shard that is too short',
      async () => {
        const path = await saveModel(smallModel());
        truncateSync(join(dirname(path), 'group1-shard2of2.bin'), 7);
        return path;
      },
      'WEIGHTS_INVALID',
      /expected \d+ bytes of weights, received \d+/,
    ],
    [
      'a tensor of another shape',
      () => changed((content) => content.replace('"shape":[2,2,2,3]', '"shape":[2,2,3,2]')),
      'WEIGHTS_INVALID',
      /[Ss]hape/,
    ],
    [
      'a weight that no layer has',
      () => changed((content) => content.replace('/bias","shape"', '/other","shape"')),
      'WEIGHTS_INVALID',
      /other/,
    ],
    [
      'a Lambda layer',
      () => changed((content) => content.replace('"class_name":"Flatten"', '"class_name":"Lambda"')),
      'LAYER_UNSUPPORTED',
      /\(Lambda\)/,
    ],
    [
      'an option that TensorFlow.js refuses',
      () => changed((content) => content.replace('"activation":"relu"', '"activation":"gelu_of_mine"')),
      'MODEL_INVALID',
      /cannot build it/,
    ],
    [
      'what Keras 3 writes',
      () => changed((content) => content.replace('"batch_input_shape"', '"batch_shape"')),
      'MODEL_INVALID',
      /Keras 3 .* Save it with Keras 2/,
    ],
    [
      'a model whose input shape is not known',
      () => changed((content) => content.replace(/"batch_input_shape":\[[^\]]*\],?/u, '')),
      'MODEL_INVALID',
      /./,
    ],
  ];

  it.each(REFUSED)('%s', async (_name, path, code, message) => {
    const place = await path();
    const before = tf.memory().numTensors;
    await expect(loadLayersModel(place)).rejects.toMatchObject({
      name: 'WordbrushError',
      code,
      message: expect.stringMatching(message),
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("nsfwjs's graph model, by what it is", async () => {
    await expect(loadLayersModel('node_modules/nsfwjs/dist/models/mobilenet_v2_mid')).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('graph model'),
    });
  });
});
