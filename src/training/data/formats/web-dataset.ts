import { basename, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../../../sdk/errors.js';
import type { Box } from '../captioned-image.js';
import { type ListedImage, withoutLoneTestSplit } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
import { decodeText } from '../decode-lines.js';
import { filesUnder } from '../files-under.js';
import { readPictureBytes } from '../pictures/read-picture-bytes.js';
import { splitOfPath } from '../split-of-path.js';
import { type TarEntry, tarEntries } from '../tar/tar-entries.js';
import { captionsOfText, isCaption } from '../usable-captions.js';
import { captionColumnsAmong } from './caption-columns.js';
import type { ReaderOptions } from './reader.js';
import { boxSchema, captionListSchema } from './sample-fields.js';
import { PICTURE_ENDINGS } from './text-files.js';

const TEXT_ENDINGS: readonly string[] = ['.txt', '.text', '.caption'];

/** Files of one name in a shard, by their endings. */
interface Sample {
  name: string;
  /** Place in the shard, from 1. */
  row: number;
  files: Map<string, TarEntry>;
}

/**
 * WebDataset: `.tar` shards whose files of one name belong together: a picture, with captions in a `.txt`, a line each, or
 * in a field of a `.json`, which may have `class_id` and `bbox` too; `.cls` has a class as well. A shard or folder called
 * `train`, `test` or `val` is a split. Pictures are read from the shards when they are wanted. A sample without picture or
 * caption is left out, with a warning.
 * @param place a folder, or one shard.
 * @throws WordbrushError DATASET_INVALID for a damaged shard
 */
export async function readWebDataset(
  place: string,
  log: ProblemLog,
  options: ReaderOptions,
): Promise<ListedImage[]> {
  const images: ListedImage[] = [];
  for (const shard of await shardsAt(place)) {
    const name = shard === resolve(place) ? basename(shard) : relative(resolve(place), shard);
    const shardName = name.split(sep).join('/');
    const context = { shard, shardName, log, options };
    for (const sample of await samplesOf(shard, log)) {
      const image = await readSample(sample, context);
      if (image !== undefined) images.push(image);
    }
  }
  return withoutLoneTestSplit(images, place, log);
}

/** The shards at a place, in order of their names. */
export async function shardsAt(place: string): Promise<string[]> {
  const path = resolve(place);
  if (path.toLowerCase().endsWith('.tar')) return [path];
  return (await filesUnder(path)).filter((file) => file.toLowerCase().endsWith('.tar'));
}

interface ShardContext {
  shard: string;
  shardName: string;
  log: ProblemLog;
  options: ReaderOptions;
}

async function samplesOf(shard: string, log: ProblemLog): Promise<Sample[]> {
  const samples = new Map<string, Sample>();
  for (const entry of await entriesOf(shard, log)) {
    const [, name, ending] = /^(.*?[^/.][^/.]*)(\.[^/]+)$/.exec(entry.path.replace(/^\.\//, '')) ?? [];
    // macOS puts files of its own beside others.
    if (name === undefined || ending === undefined || basename(name).startsWith('._')) continue;
    const sample = samples.get(name) ?? { name, row: samples.size + 1, files: new Map() };
    samples.set(name, sample);
    const key = ending.toLowerCase();
    if (sample.files.has(key)) log.error({ path: shard, line: sample.row }, `has '${entry.path}' twice`);
    else sample.files.set(key, entry);
  }
  return [...samples.values()];
}

async function entriesOf(shard: string, log: ProblemLog): Promise<TarEntry[]> {
  try {
    return await tarEntries(shard);
  } catch (cause) {
    log.error({ path: shard }, `is no readable tar archive: ${reasonOf(cause)}`, cause);
    return [];
  }
}

/** Undefined for a sample that was reported. */
async function readSample(
  { name, row, files }: Sample,
  context: ShardContext,
): Promise<ListedImage | undefined> {
  const { shard, shardName, log } = context;
  const place = { path: shard, line: row };
  const ending = PICTURE_ENDINGS.find((each) => files.has(each));
  const picture = ending === undefined ? undefined : files.get(ending);
  if (picture === undefined) {
    log.warn(place, `has no picture for '${name}', which was left out`);
    return undefined;
  }
  const fields = await readFields(files.get('.json'), name, place, context);
  const captions = [...(await readTexts(files, context)), ...fields.captions];
  if (captions.length === 0) {
    log.warn(place, `has no caption for '${name}', which was left out`);
    return undefined;
  }
  return {
    ...{ fileName: `${shardName}/${name}${ending}`, path: shard, range: picture.range, box: fields.box },
    ...{ captions, split: splitOfPath(shardName), group: undefined },
    ...{
      classId: fields.classId ?? (await readClass(files.get('.cls'), context)),
      listedIn: shard,
      line: row,
    },
  };
}

async function readTexts(files: Sample['files'], { shard, log }: ShardContext): Promise<string[]> {
  const captions: string[] = [];
  for (const ending of TEXT_ENDINGS) {
    const entry = files.get(ending);
    if (entry === undefined) continue;
    captions.push(...captionsOfText(await contentOf(entry, shard), `${shard}/${entry.path}`, log));
  }
  return captions;
}

const fieldsSchema = z.record(z.string(), z.unknown());

async function readFields(
  entry: TarEntry | undefined,
  name: string,
  place: { path: string; line: number },
  { shard, log, options }: ShardContext,
): Promise<{ captions: string[]; classId: number | undefined; box: Box | undefined }> {
  const nothing = { captions: [], classId: undefined, box: undefined };
  if (entry === undefined) return nothing;
  let fields: Record<string, unknown>;
  try {
    fields = fieldsSchema.parse(JSON.parse(decodeText(await contentOf(entry, shard)).text));
  } catch (cause) {
    log.warn(place, `has a ${name}.json that is no JSON object (${reasonOf(cause)}) and was left out`);
    return nothing;
  }
  const columns = options.captionColumns ?? captionColumnsAmong(Object.keys(fields));
  return {
    captions: columns
      .flatMap((column) => captionListSchema.safeParse(fields[column]).data ?? [])
      .filter(isCaption),
    classId: z.int().safeParse(fields.class_id ?? fields.label).data,
    box: boxSchema.safeParse(fields.bbox).data,
  };
}

async function readClass(entry: TarEntry | undefined, { shard }: ShardContext): Promise<number | undefined> {
  if (entry === undefined) return undefined;
  return z.coerce
    .number()
    .int()
    .safeParse(decodeText(await contentOf(entry, shard)).text.trim()).data;
}

function contentOf({ range }: TarEntry, shard: string): Promise<Uint8Array> {
  return readPictureBytes({ path: shard, range });
}
