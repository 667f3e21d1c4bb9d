import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { VerifyCase } from '../../../tools/export/index.js';
import type { Manifest } from '../../sdk/bundle/index.js';
import { buildImageEncoderModel, type ImageEncoderParts } from '../encoders/damsm/image-encoder-model.js';
import { buildMatcher } from '../encoders/damsm/matcher.js';
import type { WordMatchingOptions } from '../encoders/damsm/word-matching.js';
import { type ExportedGraph, exportGraph } from './export-graphs.js';
import { type GraphsOptions, lastDim, namesOf } from './export-text.js';

/** The image side of DAMSM: what its text encoder was trained against. */
export interface ScoringModel {
  imageEncoder: ImageEncoderParts;
  /** How words and regions were matched in training. */
  matching?: WordMatchingOptions;
}

/** What a bundle holds to score with. */
export interface ExportedScoring {
  imageEncoderGraph: ExportedGraph;
  matcherGraph: ExportedGraph;
  imageEncoder: NonNullable<Manifest['imageEncoder']>;
  matcher: NonNullable<Manifest['matcher']>;
}

export const IMAGE_ENCODER_FILE = 'image-encoder.onnx';
export const MATCHER_FILE = 'matcher.onnx';

/**
 * Writes image encoder and matcher into a folder.
 * @param disposes whether trunk and heads are disposed of as soon as they are not needed, also where the export fails.
 * @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED
 */
export async function exportScoring(
  { imageEncoder: parts, matching = {} }: ScoringModel,
  options: GraphsOptions,
  disposes = false,
): Promise<ExportedScoring> {
  const model = buildImageEncoderModel(parts);
  // Being part of this model counted them up, and its own disposal would count down twice.
  const release = disposal(parts, disposes ? 2 : 1);
  const { imageSize: size } = parts;
  const dim = lastDim(model, 1);
  const [, regionsSide] = model.outputs[0]?.shape ?? [];
  if (typeof regionsSide !== 'number') {
    throw new TypeError('Expected the image encoder to give a map of a known size.');
  }
  const released = disposes ? release : undefined;
  const imageEncoderGraph = await exportImageEncoder(model, size, options, released).finally(release);
  return {
    imageEncoderGraph,
    matcherGraph: await exportMatcher(buildMatcher({ ...matching, dim, regionsSide }), options),
    imageEncoder: { file: IMAGE_ENCODER_FILE, ...namesOf('imageEncoder'), size, regionsSide, dim },
    matcher: { file: MATCHER_FILE, ...namesOf('matcher') },
  };
}

/** Disposes of trunk and heads so many times, once. */
function disposal({ trunk, heads }: ImageEncoderParts, times: number): () => void {
  let left = times;
  return () => {
    for (; left > 0; left--) {
      trunk.dispose();
      heads.dispose();
    }
  };
}

async function exportImageEncoder(
  model: tf.LayersModel,
  size: number,
  { folder, random, precision, betweenSteps }: GraphsOptions,
  release: (() => void) | undefined,
): Promise<ExportedGraph> {
  // Random pictures in the range of real ones: through a deep trunk others grow without bound.
  const pictures = (batch: number): VerifyCase => {
    const data = random.normals(batch * 3 * size * size).map((value) => Math.max(-1, Math.min(1, value / 2)));
    return { name: `${batch} pictures`, inputs: { image: { shape: [batch, 3, size, size], data } } };
  };
  return exportGraph(model, {
    name: 'image_encoder',
    file: join(folder, IMAGE_ENCODER_FILE),
    precision,
    betweenSteps,
    inputs: [{ name: 'image', layout: 'nchw' }],
    outputs: [{ name: 'regions', layout: 'nchw' }, { name: 'global' }],
    verify: { cases: [pictures(1), pictures(2)], relativeTolerance: 1e-5, release },
  });
}

/** The matcher as ONNX, compared with TensorFlow.js on fewer, as many and more texts than pictures. It has no weights. */
export async function exportMatcher(
  matcher: tf.LayersModel,
  { folder, random }: Pick<GraphsOptions, 'folder' | 'random'>,
): Promise<ExportedGraph> {
  const [, side = null] = matcher.inputs[0]?.shape ?? [];
  const dim = matcher.inputs[0]?.shape.at(-1) ?? null;
  const pairs = (images: number, lengths: readonly number[]): VerifyCase => {
    const [texts, time] = [lengths.length, Math.max(...lengths)];
    const normals = (...shape: (number | null)[]) => {
      const sizes = shape.map((size) => size ?? 1);
      return { shape: sizes, data: random.normals(sizes.reduce((product, size) => product * size, 1)) };
    };
    return {
      name: `${images} pictures, texts of ${lengths.join(', ')} words`,
      inputs: {
        regions: normals(images, dim, side, side),
        global: normals(images, dim),
        words: normals(texts, time, dim),
        lengths: { shape: [texts], data: Int32Array.from(lengths) },
        sentence: normals(texts, dim),
      },
    };
  };
  return exportGraph(matcher, {
    name: 'matcher',
    file: join(folder, MATCHER_FILE),
    inputs: [
      { name: 'regions', dims: ['images', dim, side, side], layout: 'nchw' },
      { name: 'global', dims: ['images', dim] },
      { name: 'words', dims: ['texts', 'time', dim] },
      { name: 'lengths', dims: ['texts'] },
      { name: 'sentence', dims: ['texts', dim] },
    ],
    outputs: [
      { name: 'sentence_scores', dims: ['images', 'texts'] },
      { name: 'word_scores', dims: ['images', 'texts'] },
      { name: 'word_relevance', dims: ['images', 'texts', 'time'] },
      { name: 'word_regions', dims: ['images', 'texts', 'time', (side ?? 0) ** 2] },
    ],
    verify: { cases: [pairs(1, [1]), pairs(3, [4, 1, 6]), pairs(2, [3, 5, 1, 2, 7]), pairs(4, [2, 9])] },
  });
}
