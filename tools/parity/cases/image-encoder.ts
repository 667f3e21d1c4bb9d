import type * as tf from '@tensorflow/tfjs';
import { resizeForTrunk } from '../../../src/training/encoders/damsm/resize-for-trunk.js';
import { importImageEncoder } from '../../import/models/import-image-encoder.js';
import { defineCase, type ParityCase } from '../parity-case.js';

const TRUNK_SIDE = 299;
const PICTURES = ['in.img', 'in.image', 'in.images', 'in.imgs', 'in.x', 'in.img299', 'in.img256'];

/** `CNN_ENCODER` whole: pictures in [-1, 1] to regions and code. */
const imageEncoder = defineCase({
  names: [/attngan-(image|cnn)-encoder/],
  run(context) {
    const embeddingDim = context.number('EMBEDDING_DIM');
    const { trunk, heads } = importImageEncoder({
      part: { kind: 'image-encoder', embeddingDim },
      tensors: context.state(),
      source: context.name,
    }).imageEncoder;
    const name = PICTURES.find((each) => context.has(each)) ?? 'in.img';
    const images = context.image(name);
    const alignCorners = context.flag('align_corners', true);
    const resized =
      images.shape[1] === TRUNK_SIDE ? images : resizeForTrunk(images, { size: TRUNK_SIDE, alignCorners });
    const [regions, code] = heads.apply(trunk.apply(resized) as tf.Tensor[]) as [tf.Tensor, tf.Tensor];
    for (const stored of ['out.region_features', 'out.regions', 'out.features'])
      context.expectOutput(stored, regions);
    for (const stored of ['out.cnn_code', 'out.code']) context.expectOutput(stored, code);
  },
});

export const IMAGE_ENCODER_CASES: readonly ParityCase[] = [imageEncoder];
