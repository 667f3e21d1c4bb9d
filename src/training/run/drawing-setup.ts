import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { CaptionedImage } from '../data/captioned-image.js';
import type { TrainingPictures } from '../data/pictures/training-pictures.js';
import type { RunFolder } from './run-folder.js';
import type { TextSource, TextVectors } from './text/text-source.js';

/** What the training of a generator needs beside its configuration. */
export interface DrawingSetup<Text = TextSource> {
  folder: RunFolder;
  /** Of the training pictures. */
  text: Text;
  /** The training pictures at every side that the generator draws. */
  pictures: TrainingPictures;
  /** Real pictures that samples are measured by: held-out ones, or training ones where too few are held out. */
  reference: readonly CaptionedImage[];
  /** Undefined where classes are unknown. */
  classIds: readonly number[] | undefined;
}

/** Standard normal noise `[rows, dim]`. */
export function noiseRows(random: RandomStream, rows: number, dim: number): tf.Tensor2D {
  return tf.tensor2d(random.normals(rows * dim), [rows, dim]);
}

/** Sentence vectors alone; what else there is of the vectors is disposed of. */
export function sentencesOnly({ sentences, words }: TextVectors): tf.Tensor2D {
  if (words !== undefined) tf.dispose([words.vectors, words.lengths]);
  return sentences;
}
