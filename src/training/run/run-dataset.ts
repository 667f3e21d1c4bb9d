import { WordbrushError } from '../../sdk/errors.js';
import { isWord, tokenize } from '../../sdk/text/tokenize.js';
import { captionRemarks } from '../data/caption-remarks.js';
import type { Dataset } from '../data/dataset.js';
import { readDatasetDescription } from '../data/dataset-description.js';
import { describePlace } from '../data/dataset-problems.js';
import { type DatasetOptions, readDataset } from '../data/read-dataset.js';
import type { RunConfig } from './config/run-config.js';
import type { RunDataset, RunFolder } from './run-folder.js';

/** Wrong pairs are made of two pictures, so there must be two. */
const LEAST_PICTURES = 2;

/** A data set that can be trained on. @throws WordbrushError DATASET_INVALID, PACKAGE_MISSING */
export async function readTrainableDataset(data: string, options: DatasetOptions = {}): Promise<Dataset> {
  const dataset = await readDataset(data, options);
  if (dataset.train.length >= LEAST_PICTURES) {
    const remarks = captionRemarks(dataset.folder, dataset.train);
    return { ...dataset, warnings: [...remarks, ...dataset.warnings] };
  }
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected at least ${LEAST_PICTURES} pictures to train on in ${dataset.folder}, received ${dataset.train.length}.`,
    {
      hint: 'Add pictures, or put more of them in the training split.',
      details: { path: dataset.folder },
    },
  );
}

/** Warnings that a run shows one by one. */
const MOST_WARNINGS = 3;

/** What a run is about to train on, and what was left out or mended of it or looks wrong, in a few lines. */
export function describeTrainable(dataset: Dataset, config: Pick<RunConfig, 'captions'>): string[] {
  const { warnings, folder, train, test } = dataset;
  const shown = warnings.slice(0, MOST_WARNINGS).map((each) => `${describePlace(each)}: ${each.message}`);
  const more = warnings.length - shown.length;
  const misreading = describeMisreading(config, train);
  return [
    `${train.length} pictures to train on, ${test.length} held out`,
    ...(misreading === undefined ? [] : [misreading]),
    ...shown,
    ...(more > 0 ? [`${more} more warnings: wordbrush data check ${folder}`] : []),
  ];
}

/** Words that a tag seldom has more of. */
const MOST_TAG_WORDS = 4;

/** Of captions that are read as a label with its tags, though they look like sentences. */
function describeMisreading(
  { captions: style }: Pick<RunConfig, 'captions'>,
  train: Dataset['train'],
): string | undefined {
  const tags = train.flatMap(({ captions }) => captions.slice(1));
  if (style !== 'labelAndTags' || tags.length === 0) return undefined;
  const counts = tags.map((tag) => tokenize(tag).filter(isWord).length).sort((a, b) => a - b);
  const median = counts[Math.floor(counts.length / 2)] ?? 0;
  if (median <= MOST_TAG_WORDS) return undefined;
  return `The captions look like sentences (half of them have ${median} words or more), but are read as labels with tags: --set captions=any reads one at a time.`;
}

/**
 * A step's pictures are found by their place in the data set: another one would not be the same run.
 * @throws WordbrushError DATASET_INVALID
 */
export async function requireSameData(folder: RunFolder, { train, test }: Dataset): Promise<void> {
  const { name, trainPictures, testPictures } = await folder.readDataset();
  if (trainPictures === train.length && testPictures === test.length) return;
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected the data that the run began with (${name}: ${trainPictures} pictures to train on, ${testPictures} held out), received ${train.length} and ${test.length}.`,
    { hint: 'Name that data set, or begin another run.' },
  );
}

/** How many captions a run keeps as examples: enough for a card and a self-test. */
const EXAMPLE_CAPTIONS = 8;
const EXAMPLE_CHARACTERS = 200;

/** What a run remembers of its data. */
export async function describeRun(dataset: Dataset): Promise<RunDataset> {
  const spacing = Math.ceil(dataset.train.length / EXAMPLE_CAPTIONS);
  const spread = dataset.train.filter((_, index) => index % spacing === 0);
  return {
    ...(await readDatasetDescription(dataset.folder)),
    trainPictures: dataset.train.length,
    testPictures: dataset.test.length,
    examples: spread.map(({ captions: [first = ''] }) => first.slice(0, EXAMPLE_CHARACTERS)),
  };
}
