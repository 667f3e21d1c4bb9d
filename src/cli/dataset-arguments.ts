import { WordbrushError } from '../sdk/errors.js';
import { DATASET_FORMATS } from '../training/data/dataset.js';
import type { DatasetOptions } from '../training/data/read-dataset.js';

/** How a data set is to be read, for commands that take one. */
export const datasetArguments = {
  format: {
    type: 'string',
    valueHint: 'NAME',
    description: `Layout of the data: ${DATASET_FORMATS.join(', ')} (default: found out)`,
  },
  'caption-column': {
    type: 'string',
    valueHint: 'NAMES',
    description: 'Parquet and WebDataset: columns or fields with captions, separated by commas',
  },
  'image-column': {
    type: 'string',
    valueHint: 'NAME',
    description: 'Parquet: the column of pictures',
  },
} as const;

interface DatasetArguments {
  format?: string | undefined;
  'caption-column'?: string | undefined;
  'image-column'?: string | undefined;
}

/** @throws WordbrushError INVALID_OPTION for a layout that is not known. */
export function datasetOptions(args: DatasetArguments): DatasetOptions {
  const format = DATASET_FORMATS.find((each) => each === args.format);
  if (args.format !== undefined && format === undefined) {
    const known = DATASET_FORMATS.join(', ');
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected --format: one of ${known}, received ${args.format}.`,
    );
  }
  const columns = args['caption-column']?.split(',').filter((name) => name !== '');
  return { format, captionColumns: columns, imageColumn: args['image-column'] };
}
