import { availableParallelism } from 'node:os';
import type { CaptionedImage } from '../captioned-image.js';
import { brokenPicture } from './broken-picture.js';
import { DecoderThread } from './decoder-thread.js';
import type { PictureDraw, TrainingPictures } from './training-pictures.js';

/** Steps whose pictures are decoded while one is trained: two, so that a slow picture holds nothing up. */
const STEPS_AHEAD = 2;
/** The rest of the processor is the training's. */
const MOST_THREADS = 4;

export interface ThreadedPicturesOptions {
  /** Sides in pixels, smallest first. */
  sides: readonly number[];
  /** Threads that decode. @default one less than the processor has cores, at least 1 and at most 4 */
  threads?: number | undefined;
}

/** Training pictures that are decoded by threads when a batch asks for them. */
export class ThreadedPictures implements TrainingPictures {
  readonly count: number;
  readonly sides: readonly number[];
  readonly stepsAhead = STEPS_AHEAD;
  private readonly threads: readonly DecoderThread[];

  constructor(
    private readonly images: readonly CaptionedImage[],
    { sides, threads = defaultThreads() }: ThreadedPicturesOptions,
  ) {
    this.count = images.length;
    this.sides = sides;
    this.threads = Array.from({ length: threads }, () => new DecoderThread());
  }

  async rows(draws: readonly PictureDraw[], sides = this.sides): Promise<Float32Array[]> {
    const batch = sides.map((side) => new Float32Array(draws.length * side * side * 3));
    const copies = draws.map(async (draw, row) => {
      const decoded = await this.decode(draw, sides);
      for (const [place, values] of decoded.entries()) batch[place]?.set(values, row * values.length);
    });
    await Promise.all(copies);
    return batch;
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private async decode({ index, flip }: PictureDraw, sides: readonly number[]): Promise<Float32Array[]> {
    const image = this.images[index];
    if (image === undefined)
      throw new RangeError(`Expected a picture below ${this.count}, received ${index}.`);
    const { path, range, box } = image;
    const answer = await this.idlest().decode({ picture: { path, range, box }, sides, flip });
    if ('reason' in answer) throw brokenPicture(image, answer.reason);
    return answer.rows;
  }

  private idlest(): DecoderThread {
    const [first, ...others] = this.threads;
    if (first === undefined) throw new RangeError('Expected at least one decoding thread.');
    return others.reduce((idlest, each) => (each.waiting < idlest.waiting ? each : idlest), first);
  }
}

function defaultThreads(): number {
  return Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
}
