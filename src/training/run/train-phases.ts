import type { Dataset } from '../data/dataset.js';
import type { TrainingPictures } from '../data/pictures/training-pictures.js';
import type { RunConfig } from './config/run-config.js';
import { trainGenerator } from './phases/train-generator.js';
import type { RunFolder } from './run-folder.js';
import { classIdsOf } from './text/class-ids.js';
import { mixedCaptions } from './text/mixed-captions.js';
import { openTextSource } from './text/open-text-source.js';
import { trainTextEncoder } from './text/train-text-encoder.js';
import type { PhaseContext, PhaseOutcome } from './training-phase.js';

/** A run whose folder has been created. */
export interface Run {
  config: RunConfig;
  folder: RunFolder;
  dataset: Dataset;
  pictures: TrainingPictures;
  context: PhaseContext;
}

/** Held-out pictures that a distance can be taken to. */
const LEAST_REFERENCE = 32;

/** Trains what is left to train of a run: the text encoder, then the generator. */
export async function trainPhases({
  config,
  folder,
  dataset,
  pictures,
  context,
}: Run): Promise<PhaseOutcome> {
  const vocabulary = await folder.readVocabulary();
  const { textEncoder: encoder } = config;
  if (encoder !== null && !(await folder.hasTextEncoder())) {
    const { seed, captions, checkpointEverySteps, keepCheckpoints } = config;
    const settings = { seed, captions, checkpointEverySteps, keepCheckpoints };
    const outcome = await trainTextEncoder({ ...settings, encoder, vocabulary, folder, dataset, context });
    if (!outcome.finished) return outcome;
  }
  if (!('sampleEverySteps' in config)) {
    return { finished: true, checkpointStep: config.textEncoder.steps };
  }
  const places = { folder, vocabulary, dataset };
  const source = encoder === null ? undefined : await openTextSource(config, encoder, places);
  const { captionMixing } = config;
  const text = source === undefined || captionMixing === 0 ? source : mixedCaptions(source, captionMixing);
  try {
    const { train, test } = dataset;
    const reference = test.length >= LEAST_REFERENCE ? test : train;
    const setup = { folder, text, pictures, reference, classIds: classIdsOf(train) };
    return await trainGenerator(config, setup, context);
  } finally {
    text?.dispose();
  }
}
