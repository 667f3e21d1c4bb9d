import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { AccuracyWindow } from '../../../../src/training/run/warnings/accuracy-window.js';
import { probeMeasures, realMeasures } from '../../../../src/training/run/warnings/probe-measures.js';
import { Thumbnails } from '../../../../src/training/run/warnings/thumbnails.js';
import { trainingWarnings } from '../../../../src/training/run/warnings/training-warnings.js';

const SIDE = 64;
const LAYOUT = { prompts: 6, noises: 4 };

/** A coloured disk of some place and size on white, `[64, 64, 3]` in [-1, 1]. */
function disk(random: RandomStream): Float32Array {
  const [x, y, radius] = [20 + random.integer(24), 20 + random.integer(24), 8 + random.integer(12)];
  const color = [0, 1, 2].map(() => random.uniform() * 2 - 1);
  return Float32Array.from({ length: SIDE * SIDE * 3 }, (_, place) => {
    const pixel = Math.floor(place / 3);
    const inside = ((pixel % SIDE) - x) ** 2 + (Math.floor(pixel / SIDE) - y) ** 2 < radius ** 2;
    return inside ? (color[place % 3] ?? 0) : 1;
  });
}

function mirror(picture: Float32Array): Float32Array {
  return picture.map((_, place) => {
    const x = Math.floor(place / 3) % SIDE;
    return picture[place + (SIDE - 1 - 2 * x) * 3] ?? 0;
  });
}

const thumbnailsOf = (pictures: readonly Float32Array[]) =>
  Thumbnails.joined(pictures.map((picture) => Thumbnails.of(picture, SIDE)));

const random = new RandomStream(3);
const trainingPictures = Array.from({ length: 100 }, () => disk(random));
const training = thumbnailsOf(trainingPictures);
const real = realMeasures(training);
const fresh = Array.from({ length: LAYOUT.prompts * LAYOUT.noises }, () => disk(random));

/** The warnings for pictures chosen by prompt and noise. */
function warningsFor(picture: (prompt: number, noise: number) => Float32Array | undefined, hasText = true) {
  const pictures = Array.from({ length: LAYOUT.prompts * LAYOUT.noises }, (_, index) => {
    const [prompt, noise] = [Math.floor(index / LAYOUT.noises), index % LAYOUT.noises];
    return picture(prompt, noise) ?? new Float32Array(SIDE * SIDE * 3);
  });
  const samples = probeMeasures(thumbnailsOf(pictures), LAYOUT, training, real, hasText);
  return trainingWarnings({ samples }).map(({ kind }) => kind);
}

describe('warnings about samples', () => {
  it('are none for pictures that are new, differ by prompt and by noise', () => {
    expect(warningsFor((prompt, noise) => fresh[prompt * LAYOUT.noises + noise])).toEqual([]);
  });

  it('tell of a collapse where the noise changes nothing', () => {
    expect(warningsFor((prompt) => fresh[prompt])).toEqual(['collapse']);
  });

  it('tell of an ignored text where the prompt changes nothing', () => {
    expect(warningsFor((_, noise) => fresh[noise])).toEqual(['text-ignored']);
    // Without text there is nothing to ignore.
    expect(warningsFor((_, noise) => fresh[noise], false)).toEqual([]);
  });

  it('tell of memorisation where training pictures come back, mirrored ones included', () => {
    const copy = (prompt: number, noise: number) => trainingPictures[prompt * LAYOUT.noises + noise];
    expect(warningsFor(copy)).toEqual(['memorisation']);
    expect(warningsFor((prompt, noise) => mirror(copy(prompt, noise) ?? new Float32Array()))).toEqual([
      'memorisation',
    ]);
  });

  it('tell of both where all pictures are one', () => {
    expect(warningsFor(() => fresh[0])).toEqual(['collapse', 'text-ignored']);
  });

  it('do not fire on real pictures that are all alike', () => {
    const alike = thumbnailsOf(Array.from({ length: 8 }, () => trainingPictures[0] ?? new Float32Array()));
    const samples = probeMeasures(training, { prompts: 25, noises: 4 }, alike, realMeasures(alike), true);
    expect(trainingWarnings({ samples })).toEqual([]);
  });
});

describe('the warning about the discriminator', () => {
  it('does not wait for samples to count', () => {
    expect(trainingWarnings({ discriminatorAccuracy: 1, samples: undefined })).toHaveLength(1);
  });

  const healthy = { sampleDiversity: 0.5, textEffect: 0.9, nearestTraining: 1 };
  const warningsAfter = (steps: number, real: number, fake: number) => {
    const window = new AccuracyWindow();
    for (let step = 0; step < steps; step++) {
      window.add({
        accuracyReal64: real,
        accuracyReal128: real,
        accuracyFake64: fake,
        accuracyFake128: fake,
      });
    }
    return trainingWarnings({ discriminatorAccuracy: window.accuracy, samples: healthy });
  };

  it('comes once it has judged nearly all rightly for 500 steps', () => {
    expect(warningsAfter(500, 1, 0.99)).toMatchObject([
      { kind: 'discriminator-too-strong', value: expect.closeTo(0.99, 9) },
    ]);
    expect(warningsAfter(499, 1, 1)).toEqual([]);
  });

  it('does not come where it takes fakes or reals for the other', () => {
    expect(warningsAfter(600, 1, 0.7)).toEqual([]);
    expect(warningsAfter(600, 0.6, 1)).toEqual([]);
  });

  it('looks at the last steps alone', () => {
    const window = new AccuracyWindow();
    for (let step = 0; step < 500; step++) window.add({ accuracyReal: 1, accuracyFake: 1 });
    for (let step = 0; step < 500; step++) window.add({ accuracyReal: 0.5, accuracyFake: 0.5 });
    expect(window.accuracy).toBe(0.5);
  });
});

describe('a thumbnail', () => {
  it('is the mean over patches, from 0 to 1', () => {
    const picture = new Float32Array(32 * 32 * 3).fill(-1);
    // One pixel of the first patch of 2×2, red.
    picture[0] = 1;
    const [red, green] = Thumbnails.of(picture, 32).at(0);
    expect(red).toBeCloseTo(0.25, 6);
    expect(green).toBe(0);
  });
});
