import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { TrainingPictures } from '../../data/pictures/training-pictures.js';
import { noiseRows } from '../drawing-setup.js';
import type { PhaseFolder } from '../phase-folder.js';
import { randomStream } from '../random-streams.js';
import { type TextSource, tensorsOf } from '../text/text-source.js';
import {
  type ProbeMeasures,
  probeMeasures,
  type RealMeasures,
  realMeasures,
} from '../warnings/probe-measures.js';
import { Thumbnails } from '../warnings/thumbnails.js';
import { writeAttentionSheet } from './attention-sheet.js';
import type { DrawnSamples, SampleDrawer } from './sample-drawer.js';
import { besideOneAnother, type WrittenPicture, writeSampleGrid } from './sample-grid.js';

export interface SamplerOptions {
  drawer: SampleDrawer;
  /** Undefined for a model without text. */
  text: TextSource | undefined;
  /** The training pictures, whose first captions are the prompts. */
  pictures: TrainingPictures;
  seed: number;
  folder: PhaseFolder;
  /** How often a grid shows each prompt, with other noise. */
  noisesAPrompt: number;
}

/** What is drawn of a generator at a step. */
export interface TakenSamples {
  grid: WrittenPicture;
  /** Undefined where no words are attended to. */
  attention: WrittenPicture | undefined;
  measures: ProbeMeasures;
}

/** How many prompts a sample grid shows, and how many of them stand in a row. */
const GRID_PROMPTS = 24;
const PROMPTS_A_ROW = 4;
/** Prompts and noises whose pictures are measured: few, since it costs as much as drawing a batch or two. */
const PROBE = { prompts: 8, noises: 4 };
/** Training pictures that samples are compared with; of larger data sets they are evenly chosen. */
const MOST_COMPARED = 4096;
const ROWS_AT_ONCE = 64;
/** What each kind of draw takes its random numbers from, the same at every step. */
const GRID_STREAM = 0;
const PROBE_STREAM = 1;

/** Draws samples of a generator as it learns: the same prompts and noise every time, so that they can be compared. */
export class Sampler {
  private training: { thumbnails: Thumbnails; real: RealMeasures } | undefined;

  constructor(private readonly options: SamplerOptions) {}

  /** Writes the sample grid of a step, all stages of a sample side by side, and measures a few samples. @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async take(step: number): Promise<TakenSamples> {
    const { pictures, seed, folder, noisesAPrompt } = this.options;
    const random = randomStream(seed, 'samples', GRID_STREAM);
    const prompts = drawPrompts(pictures.count, GRID_PROMPTS, random).flatMap((prompt) =>
      Array.from({ length: noisesAPrompt }, () => prompt),
    );
    const drawn = this.draw(prompts, random);
    const grid = besideOneAnother(drawn.scales);
    const name = String(step).padStart(7, '0');
    try {
      const columns = PROMPTS_A_ROW * noisesAPrompt * drawn.scales.length;
      return {
        grid: await writeSampleGrid(grid, columns, join(folder.samples, `${name}.png`)),
        attention: await this.writeAttention(prompts, drawn, join(folder.samples, `${name}-attention.png`)),
        measures: await this.probe(),
      };
    } finally {
      tf.dispose([grid, ...tensorsOfDrawn(drawn)]);
    }
  }

  /**
   * Pictures `[count, side, side, 3]` in [-1, 1] of the largest side, one for each of these training pictures' first
   * captions, with noise from `random`. The caller disposes of them.
   */
  drawLargest(prompts: readonly number[], random: RandomStream): tf.Tensor4D {
    const drawn = this.draw(prompts, random);
    const largest = largestOf(drawn);
    tf.dispose(tensorsOfDrawn(drawn).filter((tensor) => tensor !== largest));
    return largest;
  }

  private draw(prompts: readonly number[], random: RandomStream): DrawnSamples {
    const { noiseDims } = this.options.drawer;
    const noise = noiseDims.map((dim) => noiseRows(random, prompts.length, dim));
    return this.drawFrom(prompts, noise);
  }

  /** Disposes of the noise. */
  private drawFrom(prompts: readonly number[], noise: readonly tf.Tensor2D[]): DrawnSamples {
    const { drawer, text } = this.options;
    const vectors = text?.first(prompts);
    try {
      return tf.tidy(() => drawer.draw(vectors, noise));
    } finally {
      tf.dispose([...noise, ...(vectors === undefined ? [] : tensorsOf(vectors))]);
    }
  }

  private async writeAttention(
    prompts: readonly number[],
    drawn: DrawnSamples,
    path: string,
  ): Promise<WrittenPicture | undefined> {
    const words = this.options.text?.wordsOf?.(prompts);
    if (words === undefined || drawn.attention === undefined) return undefined;
    return writeAttentionSheet(largestOf(drawn), drawn.attention, words, path);
  }

  /** Every prompt with every noise. */
  private async probe(): Promise<ProbeMeasures> {
    const { pictures, seed, text, drawer } = this.options;
    const { thumbnails, real } = await this.ofTraining();
    const random = randomStream(seed, 'samples', PROBE_STREAM);
    const prompts = drawPrompts(pictures.count, PROBE.prompts, random);
    const noise = tf.tidy(() => drawer.noiseDims.map((dim) => noiseRows(random, PROBE.noises, dim)));
    const drawn = prompts.map((prompt) => {
      const rows = Array.from({ length: PROBE.noises }, () => prompt);
      const samples = this.drawFrom(
        rows,
        noise.map((one) => one.clone()),
      );
      const largest = largestOf(samples);
      const small = Thumbnails.of(Float32Array.from(largest.dataSync()), largest.shape[1]);
      tf.dispose(tensorsOfDrawn(samples));
      return small;
    });
    tf.dispose(noise);
    return probeMeasures(Thumbnails.joined(drawn), PROBE, thumbnails, real, text !== undefined);
  }

  /** Computed once: the training pictures stay the same. */
  private async ofTraining(): Promise<{ thumbnails: Thumbnails; real: RealMeasures }> {
    this.training ??= await measureTraining(this.options.pictures);
    return this.training;
  }
}

async function measureTraining(pictures: TrainingPictures) {
  const [side = 0] = pictures.sides;
  const spacing = Math.ceil(pictures.count / MOST_COMPARED);
  const chosen = Array.from({ length: Math.floor(pictures.count / spacing) }, (_, index) => index * spacing);
  const sets: Thumbnails[] = [];
  for (let begin = 0; begin < chosen.length; begin += ROWS_AT_ONCE) {
    const draws = chosen.slice(begin, begin + ROWS_AT_ONCE).map((index) => ({ index, flip: false }));
    const [rows = new Float32Array()] = await pictures.rows(draws);
    sets.push(Thumbnails.of(rows, side));
  }
  const thumbnails = Thumbnails.joined(sets);
  return { thumbnails, real: realMeasures(thumbnails) };
}

/** Training pictures whose first captions are prompts. */
function drawPrompts(pictures: number, count: number, random: RandomStream): number[] {
  return Array.from({ length: count }, () => random.integer(pictures));
}

function largestOf({ scales }: DrawnSamples): tf.Tensor4D {
  const largest = scales.at(-1);
  if (largest === undefined) throw new RangeError('Expected the generator to draw a picture.');
  return largest;
}

function tensorsOfDrawn({ scales, attention }: DrawnSamples): tf.Tensor[] {
  return attention === undefined ? scales : [...scales, attention];
}
