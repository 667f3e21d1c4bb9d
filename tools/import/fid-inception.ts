import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import { buildInceptionV3, POOLED_DIM } from '../../src/training/encoders/inception-v3/architecture.js';
import type { InceptionGraph } from '../../src/training/evaluation/inception-graph.js';
import { layerHandlers } from '../../src/training/export/layer-handlers.js';
import { variablesOf } from '../../src/training/weights/named-variables.js';
import { convert } from '../export/index.js';
import { invalidWeights } from './invalid-weights.js';
import { inceptionV3Names } from './official-names/inception-v3.js';
import { loadOfficial, withoutModulePrefix } from './official-names/load-official.js';
import { linearName } from './official-names/official-name.js';
import { type NamedTensors, readTensorFile } from './read-tensors.js';
import { openSource, recordOf } from './weight-source.js';

/** Side that FID is measured at, pixels. */
const SIDE = 299;
/** Of the graph of 2015: ImageNet's thousand and eight that no picture had. */
const CLASSES = 1008;
/** Of `pt_inception-2015-12-05-6726825d.pth`, the weights of TensorFlow's graph of 2015 as they are published for PyTorch. */
const PUBLISHED_SHA256 = '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2';

/**
 * Reads the Inception-v3 that FID is measured with, and writes it as ONNX: `image` `[batch, 3, 299, 299]` from -1 to 1 to
 * `pooled` `[batch, 2048]` and, where the file has the classifier, `logits` `[batch, 1008]`. As in TensorFlow's graph,
 * averages leave the padding out and the last block takes maxima; and as in the Inception score's official code, the
 * classifier's bias is left out. A TensorFlow.js backend has to be loaded.
 * @param path `pt_inception-2015-12-05-6726825d.pth`, or the same tensors as safetensors.
 * @throws {WordbrushError} `FILE_MISSING`, `WEIGHTS_INVALID` for a file of another kind, or one that lacks a tensor.
 */
export async function loadFidInception(path: string): Promise<InceptionGraph> {
  const file = await openSource(path);
  const { name, sha256 } = recordOf(file);
  const tensors = stateDictOf(file.bytes, path);
  const trunk = buildInceptionV3({ size: SIDE, countPadding: false, lastPooling: 'maximum' });
  const [, pooled] = trunk.outputs;
  if (pooled === undefined) throw new TypeError('Expected Inception-v3 to give a map and a pooled vector.');
  const fc = tensors.has('fc.weight')
    ? tf.layers.dense({ units: CLASSES, useBias: false, kernelInitializer: 'zeros', name: 'fc' })
    : undefined;
  const outputs = fc === undefined ? [pooled] : [pooled, ...[fc.apply(pooled)].flat().filter(isSymbolic)];
  const model = tf.model({ inputs: trunk.inputs, outputs, name: 'inception_v3_fid' });
  try {
    const names = [...inceptionV3Names(), ...(fc === undefined ? [] : [linearName('fc', 'fc')])];
    const used = new Map([...tensors].filter(([key]) => key !== 'fc.bias'));
    loadOfficial(variablesOf(model), used, names, { source: path });
    const { bytes } = convert(model, {
      inputs: [{ name: 'image', layout: 'nchw' }],
      handlers: layerHandlers,
      outputs: [{ name: 'pooled' }, ...(fc === undefined ? [] : [{ name: 'logits' }])],
    });
    return {
      name: 'Inception-v3',
      bytes,
      file: name,
      weightsSha256: sha256,
      isPublished: sha256 === PUBLISHED_SHA256,
      side: SIDE,
      pixels: { middle: 127.5, halfRange: 127.5 },
      features: POOLED_DIM,
      classes: fc === undefined ? undefined : CLASSES,
    };
  } finally {
    model.dispose();
  }
}

/** The one state dict of the file, if it can be what FID takes. */
function stateDictOf(bytes: Uint8Array, path: string): NamedTensors {
  const [dict, ...others] = readTensorFile(bytes, path).dicts.values();
  if (dict === undefined || others.length > 0) {
    throw invalidWeights(
      path,
      `expected one state dict, found ${others.length + (dict === undefined ? 0 : 1)}`,
    );
  }
  const tensors = withoutModulePrefix(dict);
  const other = [...tensors.keys()].find((key) => /^(AuxLogits|emb_features|emb_cnn_code)\./.test(key));
  const classes = tensors.get('fc.weight')?.shape[0];
  if (other !== undefined || (classes !== undefined && classes !== CLASSES)) {
    const found = other === undefined ? `a classifier of ${classes} classes` : other;
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `Expected ${path} to be the Inception-v3 of FID, with ${CLASSES} classes, found ${found}.`,
      {
        hint: 'FID takes pt_inception-2015-12-05-6726825d.pth; other trainings of Inception-v3 give other numbers.',
        details: { path, expected: CLASSES, received: classes ?? other },
      },
    );
  }
  if (tensors.has('fc.bias') && !tensors.has('fc.weight')) {
    throw invalidWeights(path, 'expected fc.weight beside fc.bias, but there is none');
  }
  return tensors;
}

function isSymbolic(value: unknown): value is tf.SymbolicTensor {
  return value instanceof tf.SymbolicTensor;
}
