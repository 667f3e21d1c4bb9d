import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { RandomStream } from '../../src/sdk/noise/random-stream.js';
import type { CaptionedImage } from '../../src/training/data/captioned-image.js';
import { ThreadedPictures } from '../../src/training/data/pictures/threaded-pictures.js';
import { PictureBatches } from '../../src/training/run/picture-batches.js';
import type { TrainingCase } from './cases.js';
import { readSizes } from './sizes.js';

/** Files as photographs are: 500 × 375 pixels, JPEG, about 40 kB. */
const FILES = 64;
const [WIDTH, HEIGHT] = [500, 375];

/** What feeds a training with pictures from files, as a run with a large data set does. */
export interface PicturePipeline {
  /** Takes the pictures of the next step, and says how long it had to wait for them. */
  take(): Promise<number>;
  close(): Promise<void>;
}

/** Undefined where a step has no pictures: DAMSM learns from what a trunk said of them before. */
export async function openPipeline({
  name,
  preset,
  batch,
}: TrainingCase): Promise<PicturePipeline | undefined> {
  if (name === 'damsm') return undefined;
  const sides = { 'stackgan-stage1': [64], 'stackgan-stage2': [256] } as const;
  const ofBranches = (branches: number) => Array.from({ length: branches }, (_, branch) => 64 * 2 ** branch);
  const drawn =
    name === 'stackgan-pp' || name === 'attngan'
      ? ofBranches(readSizes()[name][preset].branches)
      : sides[name];
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-bench-'));
  const pictures = new ThreadedPictures(await writeFiles(folder), { sides: drawn });
  const batches = new PictureBatches({
    pictures,
    classIds: undefined,
    batchSize: batch,
    steps: Number.POSITIVE_INFINITY,
    seed: 1,
    stage: 'stage1',
    flip: true,
    wrongPictures: name !== 'attngan',
  });
  let step = 0;
  return {
    take: async () => {
      const waited = batches.waitedMs;
      step++;
      const { images, wrongImages } = await batches.at(step);
      tf.dispose([...images, ...wrongImages]);
      return batches.waitedMs - waited;
    },
    close: async () => {
      await pictures.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string): Promise<CaptionedImage[]> {
  const random = new RandomStream(1);
  const images: CaptionedImage[] = [];
  for (let file = 0; file < FILES; file++) {
    const coarse = Uint8Array.from({ length: 40 * 30 * 3 }, () => random.integer(256));
    const path = join(folder, `${file}.jpg`);
    await sharp(coarse, { raw: { width: 40, height: 30, channels: 3 } })
      .resize(WIDTH, HEIGHT, { fit: 'fill' })
      .jpeg({ quality: 90 })
      .toFile(path);
    const facts = { captions: ['a picture'], split: 'train', group: undefined, classId: undefined } as const;
    images.push({ fileName: `${file}.jpg`, path, listedIn: folder, line: file + 1, ...facts });
  }
  return images;
}
