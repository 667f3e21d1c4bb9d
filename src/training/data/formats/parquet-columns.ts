import type { SchemaTree } from 'hyparquet';
import { captionColumnsAmong } from './caption-columns.js';
import type { ReaderOptions } from './reader.js';

export interface ParquetColumns {
  image: string;
  captions: readonly string[];
  classId: string | undefined;
}

const IMAGE_NAMES: readonly string[] = [
  'image',
  'img',
  'picture',
  'photo',
  'jpg',
  'png',
  'webp',
  'image_bytes',
  'bytes',
];
const CLASS_NAMES: readonly string[] = ['class_id', 'label', 'class'];

/**
 * Which columns hold what: those that were named, else by their usual names. A struct with `bytes` is a picture whatever its
 * name.
 * @throws RangeError naming the columns that there are.
 */
export function chooseColumns(
  { children }: SchemaTree,
  { imageColumn, captionColumns }: ReaderOptions,
): ParquetColumns {
  const names = children.map(({ element }) => element.name);
  const listed = names.join(', ');
  const absent = [imageColumn, ...(captionColumns ?? [])].find(
    (name) => name !== undefined && !names.includes(name),
  );
  if (absent !== undefined) throw new RangeError(`expected a column '${absent}', but there are ${listed}`);
  const image =
    imageColumn ??
    children.find((child) => child.children.some(({ element }) => element.name === 'bytes'))?.element.name ??
    children.find(({ element: { name, type } }) => type === 'BYTE_ARRAY' && IMAGE_NAMES.includes(name))
      ?.element.name;
  if (image === undefined) {
    throw new RangeError(
      `expected a column of pictures, but there are ${listed}; name it with --image-column`,
    );
  }
  const captions = captionColumns ?? captionColumnsAmong(names.filter((name) => name !== image));
  if (captions.length === 0) {
    throw new RangeError(
      `expected a column of captions, but there are ${listed}; name it with --caption-column`,
    );
  }
  return { image, captions, classId: CLASS_NAMES.find((name) => names.includes(name)) };
}
