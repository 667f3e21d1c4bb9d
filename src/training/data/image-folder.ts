import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { isWord, tokenize } from '../../sdk/text/tokenize.js';
import { type Split, splitByName } from './test-split.js';

/** A picture of a data set with what is said about it. */
export interface CaptionedImage {
  /** Path within the data set, with forward slashes: the name it keeps in logs and metrics. */
  fileName: string;
  path: string;
  /** At least one, none blank. */
  captions: readonly string[];
  split: Split;
  /** Kind or class of what is shown, where the data set says it. */
  group: string | undefined;
  /** Class, where the data set says it: pictures of one class are no wrong answers for one another. */
  classId: number | undefined;
  /** Line of `metadata.jsonl`, from 1. */
  line: number;
}

export interface ImageFolder {
  folder: string;
  /** All pictures, in the order of `metadata.jsonl`. */
  images: readonly CaptionedImage[];
  train: readonly CaptionedImage[];
  test: readonly CaptionedImage[];
}

const METADATA_FILE = 'metadata.jsonl';

const lineSchema = z.object({
  file_name: z.string().min(1, 'is empty'),
  captions: z
    .array(z.string().regex(/\S/, 'is empty').refine(hasWord, 'has no word'))
    .min(1, 'has no caption'),
  split: z.enum(['train', 'test']).optional(),
  group: z.string().optional(),
  class_id: z.int().optional(),
  class_name: z.string().optional(),
});

/**
 * Reads a data set kept as a folder with `metadata.jsonl`: one JSON object a line with `file_name` and `captions`,
 * optionally `split` (`train` or `test`; without it a tenth is held out by name), `group` or `class_name`, and `class_id`.
 * The pictures are looked for here and decoded by `loadImages`.
 * @throws {WordbrushError} `DATASET_INVALID`, naming file and line, for a line that is no JSON or lacks a field, an empty
 * caption, a missing picture, a path that leaves the folder, and for a data set without lines.
 */
export async function readImageFolder(folder: string): Promise<ImageFolder> {
  const root = resolve(folder);
  const metadata = join(root, METADATA_FILE);
  const lines = (await readMetadata(metadata)).split('\n');
  const images: CaptionedImage[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    images.push(await parseLine(line, { root, metadata, line: index + 1 }));
  }
  if (images.length === 0)
    throw new WordbrushError('DATASET_INVALID', `Expected pictures in ${metadata}, got none.`);
  return {
    folder: root,
    images,
    train: images.filter(({ split }) => split === 'train'),
    test: images.filter(({ split }) => split === 'test'),
  };
}

interface Place {
  root: string;
  metadata: string;
  line: number;
}

async function readMetadata(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new WordbrushError('DATASET_INVALID', `Expected a data set with ${path}: ${reasonOf(cause)}.`, {
      hint: `Give the folder that holds ${METADATA_FILE}; \`wordbrush data emoji --out DIR\` builds one.`,
      cause,
      details: { path },
    });
  }
}

async function parseLine(text: string, place: Place): Promise<CaptionedImage> {
  const parsed = lineSchema.safeParse(parseJson(text, place));
  if (!parsed.success) throw invalidLine(place, describeIssue(parsed.error), parsed.error);
  const {
    file_name: fileName,
    captions,
    split,
    group,
    class_id: classId,
    class_name: className,
  } = parsed.data;
  const path = resolve(place.root, fileName);
  const inside = relative(place.root, path);
  if (inside.split(sep)[0] === '..' || isAbsolute(inside)) {
    throw invalidLine(place, `expected a file_name inside the folder, got '${fileName}'`);
  }
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) throw invalidLine(place, `expected the picture '${fileName}', but there is no such file`);
  return {
    fileName,
    path,
    captions,
    split: split ?? splitByName(fileName),
    group: group ?? className,
    classId,
    line: place.line,
  };
}

/** Without a word there is nothing for a text encoder to read. */
function hasWord(caption: string): boolean {
  return tokenize(caption).some(isWord);
}

/** The first thing that is wrong, as `captions[0] is empty`. */
function describeIssue({ issues: [issue] }: z.ZodError): string {
  const path = (issue?.path ?? []).reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}${name && '.'}${String(part)}`),
    '',
  );
  return `${path || 'the line'} ${issue?.message ?? 'is wrong'}`;
}

function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidLine(place, `expected one JSON object, got: ${reasonOf(cause)}`, cause);
  }
}

function invalidLine({ metadata, line }: Place, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('DATASET_INVALID', `${metadata}:${line}: ${reason}.`, {
    hint: 'Correct the line or remove it.',
    cause,
    details: { path: metadata, line },
  });
}
