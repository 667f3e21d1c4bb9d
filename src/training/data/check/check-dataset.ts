import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { captionRemarks } from '../caption-remarks.js';
import type { CaptionedImage } from '../captioned-image.js';
import type { Dataset, DatasetFormat } from '../dataset.js';
import { type DatasetProblem, describePlace, ProblemLog } from '../dataset-problems.js';
import { type DatasetOptions, readDataset } from '../read-dataset.js';
import { type CaptionStatistics, captionStatistics } from './caption-statistics.js';
import { type DuplicateGroup, findDuplicates } from './find-duplicates.js';
import { type InspectedPicture, inspectPicture } from './inspect-picture.js';
import { type Spread, spreadOf } from './spread.js';

export interface CheckOptions extends DatasetOptions {
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

/** What there is to know of a data set before a model is trained on it. */
export interface DatasetReport {
  folder: string;
  format: DatasetFormat;
  pictures: { count: number; train: number; test: number; broken: number };
  /** Different classes; undefined where the data set has none. */
  classes: number | undefined;
  /** Pixels. */
  width: Spread | undefined;
  height: Spread | undefined;
  /** How many pictures are of each kind: `jpeg`, `png 16-bit`, ... */
  kinds: Readonly<Record<string, number>>;
  captions: CaptionStatistics;
  duplicates: readonly DuplicateGroup[];
  /** Errors first. */
  problems: readonly DatasetProblem[];
}

/** A report, and the pictures that decode. */
export interface CheckedDataset {
  report: DatasetReport;
  dataset: Dataset;
  sound: readonly CaptionedImage[];
}

/** Pictures looked at at a time. */
const CONCURRENCY = 4;

/**
 * Reads a data set and decodes all of its pictures; what is wrong is collected, with file and line.
 * @throws WordbrushError DATASET_INVALID where there is no data set at all, PACKAGE_MISSING, ABORTED
 */
export async function checkDataset(place: string, options: CheckOptions = {}): Promise<CheckedDataset> {
  const log = new ProblemLog(false);
  const dataset = await readDataset(place, options, log);
  const inspected = await inspectAll(dataset.images, log, options);
  const duplicates = findDuplicates(inspected);
  reportDuplicates(duplicates, log);
  const { folder, format, images, train, test } = dataset;
  if (train.length < 2) {
    const count = train.length === 1 ? 'one picture' : 'no picture';
    log.error({ path: folder }, `has ${count} to train on; training needs two or more`);
  }
  for (const remark of captionRemarks(folder, train)) log.warn(remark, remark.message);
  const classIds = images.map(({ classId }) => classId).filter((id) => id !== undefined);
  const broken = images.length - inspected.length;
  return {
    dataset,
    sound: inspected.map(({ image }) => image),
    report: {
      folder,
      format,
      pictures: { count: images.length, train: train.length, test: test.length, broken },
      classes: classIds.length === 0 ? undefined : new Set(classIds).size,
      width: spreadOf(inspected.map(({ width }) => width)),
      height: spreadOf(inspected.map(({ height }) => height)),
      kinds: countsOf(inspected.map(({ kind }) => kind)),
      captions: captionStatistics(images, train, test),
      duplicates,
      problems: log.problems.toSorted((a, b) => a.severity.localeCompare(b.severity)),
    },
  };
}

async function inspectAll(
  images: readonly CaptionedImage[],
  log: ProblemLog,
  { signal, onProgress }: CheckOptions,
): Promise<InspectedPicture[]> {
  const inspected: InspectedPicture[] = [];
  for (let begin = 0; begin < images.length; begin += CONCURRENCY) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', 'Checking the pictures was aborted.');
    const some = images.slice(begin, begin + CONCURRENCY);
    const results = await Promise.allSettled(some.map(inspectPicture));
    for (const [place, result] of results.entries()) {
      const image = some[place];
      if (image === undefined) continue;
      const at = { path: image.listedIn, line: image.line };
      if (result.status === 'rejected') {
        log.error(at, `'${image.fileName}' does not decode: ${reasonOf(result.reason)}`);
        continue;
      }
      inspected.push(result.value);
      for (const remark of result.value.remarks) log.warn(at, `'${image.fileName}' ${remark}`);
    }
    onProgress?.(begin + some.length, images.length);
  }
  return inspected;
}

function reportDuplicates(duplicates: readonly DuplicateGroup[], log: ProblemLog): void {
  for (const { kind, images, acrossSplits } of duplicates) {
    const [first, ...others] = images;
    if (first === undefined) continue;
    const firstPlace = describePlace({ path: first.listedIn, line: first.line });
    for (const { fileName, listedIn, line, split } of others) {
      const relation = kind === 'identical' ? 'is the same picture as' : 'looks like';
      const splits = acrossSplits ? `; one group has pictures of both splits (${first.split}, ${split})` : '';
      log.warn(
        { path: listedIn, line },
        `'${fileName}' ${relation} '${first.fileName}' (${firstPlace})${splits}`,
      );
    }
  }
}

function countsOf(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
