import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileMetaData } from 'hyparquet';
import { z } from 'zod';
import { reasonOf } from '../../../sdk/errors.js';
import { writeWholeFolder } from '../../files/whole-folder.js';
import type { ByteRange } from '../captioned-image.js';
import { type Hyparquet, loadCompressors } from './load-hyparquet.js';
import { captionsOfCell, classOfCell, pictureOfCell } from './parquet-cells.js';
import { chooseColumns } from './parquet-columns.js';
import type { ReaderOptions } from './reader.js';

/** A row of a Parquet file, its picture in the file `pictures`. */
const rowSchema = z.object({
  range: z.object({ offset: z.int(), length: z.int() }).optional(),
  captions: z.array(z.string()),
  classId: z.int().optional(),
});

export interface UnpackedRow {
  range: ByteRange | undefined;
  captions: readonly string[];
  classId: number | undefined;
}

const ROWS_FILE = 'rows.json';
const PICTURES_FILE = 'pictures';

/** Rows that were unpacked before; undefined where there are none. */
export async function readUnpacked(folder: string): Promise<UnpackedRow[] | undefined> {
  const text = await readFile(join(folder, ROWS_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const rows = z.array(rowSchema).parse(JSON.parse(text));
  return rows.map(({ range, captions, classId }) => ({ range, captions, classId }));
}

/**
 * Unpacks a Parquet file, a row group at a time: pictures, as they are encoded, one after the other into the file `pictures`
 * of a folder, everything else into `rows.json`. The folder is there whole or not at all.
 * @throws RangeError for what is no Parquet or has no columns of pictures and captions; WordbrushError PACKAGE_MISSING,
 * OUTPUT_NOT_WRITABLE
 */
export async function unpackParquet(
  hyparquet: Hyparquet,
  path: string,
  folder: string,
  options: ReaderOptions,
): Promise<UnpackedRow[]> {
  const file = await hyparquet.asyncBufferFromFile(path);
  const metadata = await metadataOf(hyparquet, file);
  const columns = chooseColumns(hyparquet.parquetSchema(metadata), options);
  const compressors = await compressorsFor(metadata);
  const read = async (rowStart: number, rowEnd: number) => {
    const names = [
      columns.image,
      ...columns.captions,
      ...(columns.classId === undefined ? [] : [columns.classId]),
    ];
    const how = { file, metadata, columns: names, rowStart, rowEnd, utf8: false };
    try {
      return await hyparquet.parquetReadObjects(compressors === undefined ? how : { ...how, compressors });
    } catch (cause) {
      throw new RangeError(`rows ${rowStart + 1} to ${rowEnd} cannot be read: ${reasonOf(cause)}`, { cause });
    }
  };
  return writeWholeFolder(
    folder,
    async (partial) => {
      const rows: UnpackedRow[] = [];
      const pictures = await open(join(partial, PICTURES_FILE), 'w');
      let offset = 0;
      try {
        for (const [begin, end] of rowGroups(metadata)) {
          for (const row of await read(begin, end)) {
            const picture = pictureOfCell(row[columns.image]);
            const range = picture && { offset, length: picture.length };
            if (picture !== undefined) await pictures.writeFile(picture);
            offset += picture?.length ?? 0;
            const captions = columns.captions.flatMap((column) => captionsOfCell(row[column]));
            const classId = columns.classId === undefined ? undefined : classOfCell(row[columns.classId]);
            rows.push({ range, captions, classId });
          }
        }
        await pictures.sync();
      } finally {
        await pictures.close();
      }
      const list = await open(join(partial, ROWS_FILE), 'w');
      try {
        await list.writeFile(JSON.stringify(rows));
        await list.sync();
      } finally {
        await list.close();
      }
      return rows;
    },
    { mayReplace: () => true },
  );
}

async function metadataOf(
  hyparquet: Hyparquet,
  file: Awaited<ReturnType<Hyparquet['asyncBufferFromFile']>>,
): Promise<FileMetaData> {
  try {
    return await hyparquet.parquetMetadataAsync(file);
  } catch (cause) {
    throw new RangeError(`is no readable Parquet file: ${reasonOf(cause)}`, { cause });
  }
}

/** First row and the row after the last of each group. */
function rowGroups({ row_groups: groups }: FileMetaData): [number, number][] {
  let begin = 0;
  return groups.map(({ num_rows: count }): [number, number] => {
    const group: [number, number] = [begin, begin + Number(count)];
    begin = group[1];
    return group;
  });
}

async function compressorsFor({ row_groups: groups }: FileMetaData) {
  const codecs = groups.flatMap(({ columns }) => columns.map(({ meta_data: data }) => data?.codec));
  const other = codecs.find((codec) => codec !== undefined && codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY');
  return other === undefined ? undefined : await loadCompressors(other);
}
