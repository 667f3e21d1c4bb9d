import type { ListedImage } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';

/** What a reader may be told beside the place; each looks at what concerns it. */
export interface ReaderOptions {
  /** Parquet: the columns, or in WebDataset's JSON the fields, that hold captions. @default those with a usual name */
  captionColumns?: readonly string[] | undefined;
  /** Parquet: the column of pictures. @default the one that looks like it */
  imageColumn?: string | undefined;
  /** Where pictures of Parquet files are unpacked to. @default a folder in the user's cache */
  cache?: string | undefined;
}

/**
 * Lists the pictures of a data set of one layout. Pictures are not decoded.
 * @throws WordbrushError DATASET_INVALID, PACKAGE_MISSING
 */
export type DatasetReader = (
  place: string,
  log: ProblemLog,
  options: ReaderOptions,
) => Promise<ListedImage[]>;
