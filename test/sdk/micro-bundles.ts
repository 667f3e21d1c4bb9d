import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll } from 'vitest';
import type { AttnganGenerator } from '../../src/training/architectures/attngan/generator.js';
import type { ImageEncoderParts } from '../../src/training/encoders/damsm/image-encoder-model.js';
import {
  exportAttnganGenerator,
  exportStackganPlusPlusGenerator,
} from '../../src/training/export/export-generators.js';
import type { WordTextModel } from '../../src/training/export/export-text.js';
import {
  bundleOptions,
  microAttngan,
  microImageEncoder,
  microStackganPlusPlus,
  wordText,
} from '../training/export/micro-models.js';

/** An AttnGAN of 64 and 128 pixels that scores as well, with the models that its bundle was made of. */
export interface MicroAttngan {
  folder: string;
  generator: AttnganGenerator;
  text: WordTextModel;
  imageEncoder: ImageEncoderParts;
}

/** Bundles that the tests of one file share, made before the first and removed after the last. */
export function useMicroAttngan(): () => MicroAttngan {
  let made: MicroAttngan | undefined;
  useFolder(async (folder) => {
    const [generator, text, imageEncoder] = [microAttngan(2), wordText(), microImageEncoder()];
    const options = bundleOptions(folder, { text, scoring: { imageEncoder } });
    await exportAttnganGenerator(generator, options);
    made = { folder, generator, text, imageEncoder };
  });
  return () => {
    if (made === undefined) throw new Error('The bundle was not made.');
    return made;
  };
}

/** A StackGAN++ of 64 and 128 pixels without text. @returns the folder of its bundle. */
export function useMicroUnconditional(): () => string {
  let made = '';
  useFolder(async (folder) => {
    await exportStackganPlusPlusGenerator(microStackganPlusPlus(false, 2), bundleOptions(folder));
    made = folder;
  });
  return () => made;
}

function useFolder(make: (folder: string) => Promise<void>): void {
  let parent = '';
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'wordbrush-'));
    await tf.setBackend('cpu');
    await make(join(parent, 'micro'));
  }, 240_000);
  afterAll(() => rmSync(parent, { recursive: true, force: true }));
}
