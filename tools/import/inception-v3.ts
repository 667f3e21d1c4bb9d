import type * as tf from '@tensorflow/tfjs';
import { variablesOf } from '../../src/training/weights/named-variables.js';
import { inceptionV3Names } from './official-names/inception-v3.js';
import {
  type LoadOfficialOptions,
  loadOfficial,
  type StateDict,
  withoutModulePrefix,
} from './official-names/load-official.js';

/** What such a state dict holds beside the trunk: torchvision's two classifiers, and AttnGAN's two heads. */
const OTHER_PARTS = /^(AuxLogits|fc|emb_features|emb_cnn_code)\./;

/**
 * Gives the trunk of `buildInceptionV3` the weights of torchvision's `inception_v3` or of an image encoder of AttnGAN,
 * which has the same names. Classifiers and heads are passed over.
 * @throws {WordbrushError} `WEIGHTS_INVALID` naming the first tensor that is missing, unknown or of another shape; no
 * weight has changed then.
 */
export function loadTorchvisionInceptionV3(
  trunk: tf.LayersModel,
  tensors: StateDict,
  options: LoadOfficialOptions = {},
): void {
  const ofTrunk = [...withoutModulePrefix(tensors)].filter(([name]) => !OTHER_PARTS.test(name));
  loadOfficial(variablesOf(trunk), new Map(ofTrunk), inceptionV3Names(), options);
}
