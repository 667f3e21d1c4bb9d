import { mirrored, type Thumbnails, thumbnailDistance } from './thumbnails.js';

/** What real pictures are like, to measure drawn ones by. Distances of thumbnails, 0 to 1. */
export interface RealMeasures {
  /** Mean distance of two training pictures. */
  spread: number;
  /** Median distance of a training picture to the nearest other one. */
  nearest: number;
}

/** What a few drawn pictures are like beside real ones; each measure is a ratio, 1 for as much as between real pictures. */
export type ProbeMeasures = {
  /** How far pictures of one prompt, drawn from different noise, lie apart. */
  sampleDiversity: number;
  /** How far pictures of different prompts, drawn from the same noise, lie apart; undefined without text. */
  textEffect?: number;
  /** How far a drawn picture is from the nearest training picture. */
  nearestTraining: number;
};

/** Pictures of `prompts` × `noises`, those of the first prompt first. */
export interface ProbeLayout {
  prompts: number;
  noises: number;
}

/** Training pictures that are compared with all others, at most: enough for a median. */
const COMPARED_PICTURES = 64;

export function realMeasures(training: Thumbnails): RealMeasures {
  const step = Math.max(1, Math.floor(training.count / COMPARED_PICTURES));
  const some = indicesBelow(training.count).filter((index) => index % step === 0);
  const nearest = some.map((index) => nearestDistance(training.at(index), training, index));
  return { spread: meanPairDistance(training, some), nearest: median(nearest) };
}

/** Measures drawn thumbnails; `hasText` says whether their prompts differ. */
export function probeMeasures(
  drawn: Thumbnails,
  { prompts, noises }: ProbeLayout,
  training: Thumbnails,
  real: RealMeasures,
  hasText: boolean,
): ProbeMeasures {
  const at = (prompt: number, noise: number) => prompt * noises + noise;
  const ofPrompt = indicesBelow(prompts).map((prompt) =>
    meanPairDistance(
      drawn,
      indicesBelow(noises).map((noise) => at(prompt, noise)),
    ),
  );
  const ofNoise = indicesBelow(noises).map((noise) =>
    meanPairDistance(
      drawn,
      indicesBelow(prompts).map((prompt) => at(prompt, noise)),
    ),
  );
  const nearest = indicesBelow(drawn.count).map((index) => nearestDistance(drawn.at(index), training));
  return {
    sampleDiversity: ratio(mean(ofPrompt), real.spread),
    ...(hasText && { textEffect: ratio(mean(ofNoise), real.spread) }),
    nearestTraining: ratio(mean(nearest), real.nearest),
  };
}

/** To the nearest picture but `except`, mirrored ones included: training mirrors pictures at random. */
function nearestDistance(picture: Float32Array, training: Thumbnails, except = -1): number {
  const inMirror = mirrored(picture);
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < training.count; index++) {
    if (index === except) continue;
    const other = training.at(index);
    nearest = Math.min(nearest, thumbnailDistance(picture, other, nearest));
    nearest = Math.min(nearest, thumbnailDistance(inMirror, other, nearest));
  }
  return nearest;
}

function meanPairDistance(pictures: Thumbnails, indices: readonly number[]): number {
  const distances = indices.flatMap((first, place) =>
    indices.slice(place + 1).map((second) => thumbnailDistance(pictures.at(first), pictures.at(second))),
  );
  return mean(distances);
}

/** Of real pictures that are all alike nothing can be told: then drawn ones count as being as they should. */
function ratio(drawn: number, real: number): number {
  return real > 0 ? drawn / real : 1;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function indicesBelow(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
