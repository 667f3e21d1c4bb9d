import type { CaptionedImage } from '../data/captioned-image.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import type { Split } from '../data/test-split.js';
import type { EvaluationContext } from './evaluation-context.js';
import type { FeatureCache } from './feature-cache.js';
import type { FeatureMatrix } from './feature-matrix.js';
import type { FeatureNetwork, Features } from './feature-network.js';
import { sha256OfPictures } from './image-sets.js';
import type { Progress } from './progress.js';

/** The real pictures of a split, at the size that the model draws, with what networks see in them. */
export interface RealPictures {
  images: readonly CaptionedImage[];
  pictures: ImageSet;
  /** Of their pixels. */
  sha256: string;
  /** Of EfficientNet-Lite0; undefined where no measure needs them, or there are no pictures. */
  lite0: Features | undefined;
  inception: Features | undefined;
}

/** Reads a split. @throws WordbrushError DATASET_INVALID, ABORTED, MODEL_INVALID */
export async function readRealPictures(context: EvaluationContext, split: Split): Promise<RealPictures> {
  const { model, dataset, lite0, inception, measures, cache, signal, onProgress } = context;
  const images = dataset[split];
  const pictures = await loadImages(images, {
    size: model.size,
    signal,
    onProgress: (done, total) => onProgress?.({ phase: 'read', done, total }),
  });
  const real = { pictures, sha256: sha256OfPictures(pictures) };
  const seenFor = (needed: readonly string[]) =>
    images.length > 0 && needed.some((measure) => measures.has(measure));
  return {
    images,
    ...real,
    lite0: seenFor(['distances', 'nearest', 'diversity'])
      ? await featuresOf(lite0, real, cache, { signal, onProgress })
      : undefined,
    inception:
      inception !== undefined && seenFor(['distances'])
        ? await featuresOf(inception, real, cache, { signal, onProgress })
        : undefined,
  };
}

async function featuresOf(
  network: FeatureNetwork,
  { pictures, sha256 }: { pictures: ImageSet; sha256: string },
  cache: FeatureCache,
  progress: Progress,
): Promise<Features> {
  const { weightsSha256, side, pixels } = network.graph;
  const facts = {
    pictures: sha256,
    count: pictures.count,
    size: pictures.size,
    encoder: weightsSha256,
    resize: `bilinear to ${side}, (value - ${pixels.middle}) / ${pixels.halfRange}`,
  };
  const kept = await cache.through(facts, async () => {
    const { pooled, probabilities } = await network.features(pictures, progress);
    const all = new Map<string, FeatureMatrix>([['pooled', pooled]]);
    return probabilities === undefined ? all : all.set('probabilities', probabilities);
  });
  const pooled = kept.get('pooled');
  if (pooled === undefined) return network.features(pictures, progress);
  return { pooled, probabilities: kept.get('probabilities') };
}
