import { reasonOf } from '../../../src/sdk/errors.js';
import { invalidWeights } from '../invalid-weights.js';
import { numpyGlobals } from '../numpy/numpy-globals.js';
import { containerGlobals } from '../pickle/container-globals.js';
import { type PickleLimits, unpickle } from '../pickle/unpickle.js';

/** Words of a text encoder. */
export interface ImportedVocabulary {
  /** By index; the first stands for padding. Undefined where only the rest is known: see `fitVocabulary`. */
  words: readonly string[];
  /** A caption of the file in words, if it has any: something that the model should draw. */
  example: string | undefined;
}

/** Official vocabularies hold all captions too: COCO's are seven million numbers in 620,000 lists. */
const CAPTION_LIMITS: PickleLimits = { bytes: 2 ** 28, operations: 40_000_000, containers: 2_000_000 };
const MAX_WORDS = 1_000_000;
const MAX_TEXT_BYTES = 2 ** 25;
/** The longest of the official ones has 25. */
const MAX_WORD_LENGTH = 200;
const EXAMPLE_WORDS = 12;

/**
 * Reads a vocabulary: `captions.pickle` of AttnGAN (train captions, test captions, index to word, word to index), a
 * pickle, or JSON of a list of words or of a dict either way, or text with a word a line.
 * @param source what to call the file in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else, and where an index is missing or taken twice.
 */
export function readVocabulary(bytes: Uint8Array, source: string): ImportedVocabulary {
  const first = bytes[0] ?? 0;
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart();
  if (first === 0x80 || isTextPickle(start)) return readPickled(bytes, source);
  if (bytes.length > MAX_TEXT_BYTES)
    throw invalidWeights(source, `expected at most ${MAX_TEXT_BYTES} bytes of text, got ${bytes.length}`);
  const text = decode(bytes, source);
  if (start.startsWith('{') || start.startsWith('['))
    return { ...noCaptions, words: wordsOf(parseJson(text, source), source) };
  const words = text.split(/\r?\n/).map((line) => line.trim());
  while (words.at(-1) === '') words.pop();
  return { ...noCaptions, words: checked(words, source) };
}

const noCaptions = { example: undefined };

/**
 * Protocols 0 and 1 begin with a list or dict that is put into the memo, under 0 or 1, or with the marks of tuples; what ends
 * too early is no text either.
 */
function isTextPickle(start: string): boolean {
  return /^(\(+[ld]p\d+\n|\(*[\]}](q\p{Cc}|\())/u.test(start);
}

function readPickled(bytes: Uint8Array, source: string): ImportedVocabulary {
  const globals = new Map([...containerGlobals(source), ...numpyGlobals(source)]);
  const resolver = { resolveGlobal: (name: string) => globals.get(name), resolvePersistent: () => undefined };
  const { value } = unpickle(bytes, resolver, source, { limits: CAPTION_LIMITS });
  const [train, , indexToWord] = Array.isArray(value) && value.length === 4 ? value : [];
  // Else they are four words.
  if (typeof indexToWord === 'object' && !(indexToWord instanceof Uint8Array)) {
    const words = wordsOf(indexToWord, source);
    return { words, example: exampleOf(train, words) };
  }
  const tables =
    Array.isArray(value) && value.some((item) => item instanceof Map)
      ? value.find((item) => item instanceof Map)
      : value;
  return { words: wordsOf(tables, source), example: undefined };
}

/** The first caption that is a list of known indices. */
function exampleOf(captions: unknown, words: readonly string[]): string | undefined {
  if (!Array.isArray(captions)) return undefined;
  for (const caption of captions) {
    if (!Array.isArray(caption) || caption.length === 0) continue;
    const known = caption
      .slice(0, EXAMPLE_WORDS)
      .map((index) => (typeof index === 'number' ? words[index] : undefined));
    if (known.every((word) => word !== undefined)) return known.join(' ');
  }
  return undefined;
}

/** Words by index, out of a list, or a dict of either direction, or a dict that holds one, perhaps itself. */
function wordsOf(value: unknown, source: string, isInner = false): string[] {
  if (Array.isArray(value)) return checked(value, source);
  const dict = value instanceof Map ? value : isRecord(value) ? new Map(Object.entries(value)) : undefined;
  if (dict === undefined) throw invalidWeights(source, 'expected a list or dict of words');
  for (const name of ['words', 'ixtoword', 'idx2word', 'i2w', 'wordtoix', 'word2idx', 'w2i', 'vocab']) {
    const inner = isInner ? undefined : dict.get(name);
    if (typeof inner === 'object' && inner !== null) return wordsOf(inner, source, true);
  }
  return checked(byIndex(dict, source), source);
}

function byIndex(dict: ReadonlyMap<unknown, unknown>, source: string): unknown[] {
  if (dict.size > MAX_WORDS) throw invalidWeights(source, `expected at most ${MAX_WORDS} words`);
  const words: unknown[] = new Array(dict.size).fill(undefined);
  for (const [key, value] of dict) {
    const [index, word] = typeof value === 'number' ? [value, key] : [indexOf(key), value];
    if (!Number.isInteger(index) || index < 0 || index >= words.length || words[index] !== undefined) {
      throw invalidWeights(
        source,
        `expected each index from 0 to ${words.length - 1} once, got ${String(index)}`,
      );
    }
    words[index] = word;
  }
  return words;
}

function indexOf(key: unknown): number {
  return typeof key === 'number' || typeof key === 'string' ? Number(key) : Number.NaN;
}

function checked(words: readonly unknown[], source: string): string[] {
  if (words.length < 1 || words.length > MAX_WORDS) {
    throw invalidWeights(source, `expected 1 to ${MAX_WORDS} words, got ${words.length}`);
  }
  return words.map((item, index) => {
    // Python 3 has bytes where the official code wrote texts of Python 2.
    const word = item instanceof Uint8Array ? Buffer.from(item).toString('latin1') : item;
    const problem = problemOf(word);
    if (problem === undefined) return String(word);
    throw invalidWeights(source, `expected a word at index ${index}, got ${problem}`);
  });
}

function problemOf(word: unknown): string | undefined {
  if (typeof word !== 'string') return typeof word;
  if (word === '') return 'an empty one';
  if (word.length > MAX_WORD_LENGTH) return `one of ${word.length} characters`;
  return /\p{Cc}/u.test(word) ? 'control characters' : undefined;
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidWeights(source, 'expected a pickle, JSON or UTF-8 text', cause);
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidWeights(source, `expected JSON: ${reasonOf(cause)}`, cause);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
