import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';
import type { Vocabulary } from '../../sdk/text/vocabulary.js';
import type { TextEncoderConfig } from './config/text-encoder-config.js';
import { RunFolder } from './run-folder.js';

/** A text encoder that another run has trained to the end. */
export interface TrainedEncoder {
  config: TextEncoderConfig;
  vocabulary: Vocabulary;
  folder: RunFolder;
}

/** @throws WordbrushError CHECKPOINT_INVALID for a folder without a run, or with one whose encoder is not finished. */
export async function readTrainedEncoder(run: string): Promise<TrainedEncoder> {
  const folder = new RunFolder(run);
  const { textEncoder: config } = await folder.readConfig();
  if (config === null || !(await folder.hasTextEncoder())) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `Expected a trained text encoder in ${run}, but ${folder.textEncoderFile} is not there.`,
      { hint: 'Let that run train on with --resume.' },
    );
  }
  return { config, vocabulary: await folder.readVocabulary(), folder };
}

/** Copies the encoder's files, so that the run holds all it needs; the weights come last, as when it is trained. */
export async function adoptEncoder(to: RunFolder, { folder: from, config }: TrainedEncoder): Promise<void> {
  const files: [string, string][] = [
    ...(config.kind === 'damsm' ? [[from.imageHeadsFile, to.imageHeadsFile] as [string, string]] : []),
    [from.textEncoderReport, to.textEncoderReport],
    [from.textEncoderFile, to.textEncoderFile],
  ];
  for (const [source, target] of files) {
    await makeFolder(dirname(target));
    await copyFile(source, target);
  }
}
