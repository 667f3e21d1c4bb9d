import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import type { ListedImage } from '../dataset.js';
import type { DatasetPlace, ProblemLog } from '../dataset-problems.js';
import { decodeLines } from '../decode-lines.js';
import { splitNamed } from '../split-of-path.js';
import { hasWord } from '../usable-captions.js';
import { boxSchema, captionListSchema } from './sample-fields.js';

export const METADATA_FILE = 'metadata.jsonl';

/** Letters of a wrong line that are shown. */
const MOST_SHOWN = 80;

const lineSchema = z.object({
  file_name: z.string().min(1, 'is empty'),
  captions: captionListSchema,
  split: z.string().optional(),
  group: z.string().optional(),
  class_id: z.int().optional(),
  class_name: z.string().optional(),
  bbox: boxSchema.optional(),
});

/**
 * A folder with `metadata.jsonl`: one JSON object a line with `file_name` and `captions` (or one `caption` or `text`),
 * optionally `split` (`train`, `test`, or `validation` and the like), `group` or `class_name`, `class_id`, and `bbox`. Lines that name one picture are
 * taken together.
 * @throws {WordbrushError} `DATASET_INVALID`, naming file and line, for a line that is no JSON or lacks a field, a caption
 * without a word, a missing picture, a path that leaves the folder, and lines of one picture that contradict one another.
 */
export async function readImageFolder(folder: string, log: ProblemLog): Promise<ListedImage[]> {
  const root = resolve(folder);
  const metadata = join(root, METADATA_FILE);
  const pictures = new Map<string, ListedImage>();
  for (const { text, line, wasLatin1 } of decodeLines(await readMetadata(metadata))) {
    if (text.trim() === '') continue;
    const place = { path: metadata, line };
    if (wasLatin1) log.warn(place, 'is not UTF-8 and was read as Windows-1252 (Latin-1)');
    const image = await parseLine(text, { root, place, log });
    if (image === undefined) continue;
    const first = pictures.get(image.fileName);
    if (first === undefined) pictures.set(image.fileName, image);
    else if (agree(first, image)) {
      const captions = [...new Set([...first.captions, ...image.captions])];
      pictures.set(image.fileName, { ...first, captions });
    } else {
      log.error(place, `expected the split, class and box that line ${first.line} gives '${image.fileName}'`);
    }
  }
  return [...pictures.values()];
}

interface LineContext {
  root: string;
  place: DatasetPlace & { line: number };
  log: ProblemLog;
}

async function readMetadata(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new WordbrushError('DATASET_INVALID', `Expected a data set with ${path}: ${reasonOf(cause)}.`, {
      hint: `Give the folder that holds ${METADATA_FILE}; \`wordbrush data emoji --out DIR\` builds one.`,
      cause,
      details: { path },
    });
  }
}

/** Undefined for a line that was reported. */
async function parseLine(text: string, { root, place, log }: LineContext): Promise<ListedImage | undefined> {
  const value = parseJson(text);
  if (value instanceof SyntaxError) {
    log.error(place, `expected one JSON object, got: ${reasonOf(value)}`, value);
    return undefined;
  }
  const parsed = lineSchema.safeParse(withCaptions(value));
  if (!parsed.success) {
    log.error(place, describeIssue(parsed.error, value), parsed.error);
    return undefined;
  }
  const { captions, group, class_id: classId, class_name: className, bbox: box } = parsed.data;
  // Written on Windows, perhaps.
  const written = parsed.data.file_name.replaceAll('\\', '/');
  const bare = captions.findIndex((caption) => !hasWord(caption));
  const path = resolve(root, written);
  const split = parsed.data.split === undefined ? undefined : splitNamed(parsed.data.split);
  if (bare >= 0) log.error(place, `captions[${bare}] has no word`);
  else if (parsed.data.split !== undefined && split === undefined)
    log.error(place, `expected split: train, test or validation, got '${parsed.data.split}'`);
  else if (leaves(root, path)) log.error(place, `expected a file_name inside the folder, got '${written}'`);
  else if (!(await isFile(path))) {
    log.error(place, `expected the picture '${written}', but there is no such file`);
  } else {
    const listed = { listedIn: place.path, line: place.line };
    // One name for a picture, however it is written: './a.png' is 'a.png'.
    const fileName = relative(root, path).split(sep).join('/');
    return { fileName, path, box, captions, split, group: group ?? className, classId, ...listed };
  }
  return undefined;
}

/** One caption may stand as `caption` or `text`, as data sets on hubs have it. */
function withCaptions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'captions' in value)
    return value;
  if ('caption' in value) return { ...value, captions: value.caption };
  return 'text' in value ? { ...value, captions: value.text } : value;
}

function agree(one: ListedImage, other: ListedImage): boolean {
  const isSameBox = JSON.stringify(one.box) === JSON.stringify(other.box);
  return isSameBox && one.split === other.split && one.classId === other.classId && one.group === other.group;
}

function leaves(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside.split(sep)[0] === '..' || isAbsolute(inside);
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** The first thing that is wrong, as `captions[0] is empty`. */
function describeIssue({ issues: [issue] }: z.ZodError, line: unknown): string {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    return `expected one JSON object, got ${JSON.stringify(line).slice(0, MOST_SHOWN)}`;
  }
  const path = (issue?.path ?? []).reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}${name && '.'}${String(part)}`),
    '',
  );
  const names = Object.keys(withCaptions(line) ?? {});
  if (issue?.path.length === 1 && !names.includes(path)) {
    return `expected ${path}, but the line has only ${Object.keys(line).join(', ').slice(0, MOST_SHOWN) || 'nothing'}`;
  }
  // What zod says begins in capitals, as `Invalid input: expected string, received number`.
  const said = (issue?.message ?? 'is wrong').replace(/^Invalid \w+: |^Too small: /, '');
  return said === issue?.message ? `${path} ${said}` : `${path}: ${said}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
