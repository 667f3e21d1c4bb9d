import * as z from 'zod/mini';
import { CHARACTER_TOKENIZER } from '../text/characters.js';
import { TOKENIZER } from '../text/tokenize.js';
import { integer, list, number, oneOf, text } from '../validation/expectations.js';
import { bundlePath } from './bundle-path.js';

/** The one format this release writes and reads. */
export const FORMAT_VERSION = 1;

/** ONNX is a protobuf, and those end at 2 GiB. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
const MAX_SIZE = 2048;
const MAX_DIM = 65_536;

const valueNames = list(text(100), 1, 32);

const stageSchema = z.object(
  {
    file: bundlePath,
    /** Width and height of its picture in pixels. */
    size: integer(4, MAX_SIZE),
    /**
     * Of these: `z` [batch, zDim], `eps` [batch, epsDim], `sentence`, `words`, `lengths`, `previous_image`, and
     * outputs of earlier stages. Without text there is `z` and what earlier stages give.
     */
    inputs: valueNames,
    /**
     * `image` float32 [batch, 3, size, size] in [-1, 1], what later stages take, and of a stage that attends to words
     * `attention` float32 [batch, time, side, side], whose sum over time is 1.
     */
    outputs: valueNames,
  },
  { error: 'an object' },
);

const textEncoderSchema = z.object(
  {
    file: bundlePath,
    /** `token_ids` int32 [batch, time] and `lengths` int32 [batch]; of characters `characters` int32 [batch, 201]. */
    inputs: valueNames,
    /** `sentence` float32 [batch, sentenceDim]; of words also `words` float32 [batch, time, wordDim]. */
    outputs: valueNames,
    /** There if it gives `words`. */
    wordDim: z.optional(integer(1, MAX_DIM)),
    sentenceDim: integer(1, MAX_DIM),
  },
  { error: 'an object' },
);

const imageEncoderSchema = z.object(
  {
    file: bundlePath,
    /** `image` float32 [batch, 3, size, size] in [-1, 1]. */
    inputs: valueNames,
    /** `regions` float32 [batch, dim, regionsSide, regionsSide] and `global` float32 [batch, dim]. */
    outputs: valueNames,
    /** Width and height in pixels that it takes. */
    size: integer(4, MAX_SIZE),
    regionsSide: integer(1, MAX_SIZE),
    dim: integer(1, MAX_DIM),
  },
  { error: 'an object' },
);

const matcherSchema = z.object(
  {
    file: bundlePath,
    /** `regions` and `global` of [images, ...], `words`, `lengths` and `sentence` of [texts, ...]. */
    inputs: valueNames,
    /**
     * float32: `sentence_scores` [images, texts], the cosine; `word_scores` [images, texts], DAMSM's R(Q, D);
     * `word_relevance` [images, texts, time], the cosine of each word and what it looks at; `word_regions`
     * [images, texts, time, regionsSide², in rows], where it looks: sums to 1, and 0 at padding.
     */
    outputs: valueNames,
  },
  { error: 'an object' },
);

const wordTokenizerSchema = z.object(
  {
    kind: z.literal(TOKENIZER.kind),
    version: z.literal(TOKENIZER.version, { error: String(TOKENIZER.version) }),
    vocabularyFile: bundlePath,
    /** Words read of a prompt. */
    maxLength: integer(1, 1000),
    unknownWords: oneOf(['drop']),
    /** `official` as the released code of AttnGAN splits a text into words. @default as version 1 does */
    splitting: z.optional(oneOf(['official'])),
  },
  { error: 'an object' },
);

const characterTokenizerSchema = z.object(
  {
    kind: z.literal(CHARACTER_TOKENIZER.kind),
    version: z.literal(CHARACTER_TOKENIZER.version, { error: String(CHARACTER_TOKENIZER.version) }),
    /** Whether capitals are read as small letters; otherwise they are left out, as the official code does. */
    lowerCase: z.boolean({ error: 'true or false' }),
  },
  { error: 'an object' },
);

const tokenizerSchema = z.discriminatedUnion('kind', [wordTokenizerSchema, characterTokenizerSchema], {
  error: (issue) => (issue.code === 'invalid_union' ? 'one of "words", "characters"' : 'an object'),
});

const fileSchema = z.object(
  {
    bytes: integer(0, MAX_FILE_BYTES),
    sha256: z
      .string({ error: '64 lower-case hexadecimal digits' })
      .check(z.regex(/^[0-9a-f]{64}$/, { error: '64 lower-case hexadecimal digits' })),
  },
  { error: 'an object' },
);

const trainingSchema = z.looseObject(
  {
    dataset: text(200),
    licence: text(200),
    preset: text(100),
    steps: integer(0, Number.MAX_SAFE_INTEGER),
    seed: integer(0, Number.MAX_SAFE_INTEGER),
  },
  { error: 'an object' },
);

const selfTestSchema = z.object(
  {
    /** There if the model is conditional. */
    prompt: z.optional(text(2000)),
    seed: integer(0, Number.MAX_SAFE_INTEGER),
    checks: list(
      z.object(
        {
          /** The stage, by the size of its picture. */
          size: integer(4, MAX_SIZE),
          /** Mean red, green and blue of the picture, 0 to 255. */
          channelMeans: z.tuple([number(0, 255), number(0, 255), number(0, 255)], {
            error: 'three numbers from 0 to 255',
          }),
          tolerance: number(0, 255),
        },
        { error: 'an object' },
      ),
      1,
      16,
    ),
  },
  { error: 'an object' },
);

/** `manifest.json` of a model bundle: the single definition, for writing and for reading. */
export const manifestSchema = z.object(
  {
    formatVersion: z.literal(FORMAT_VERSION, { error: String(FORMAT_VERSION) }),
    name: text(100),
    /** `damsm`: it scores and draws nothing. */
    architecture: oneOf(['stackgan', 'stackgan-pp', 'attngan', 'damsm']),
    /** Whether it reads text; then it has a text encoder and a tokenizer, and otherwise neither. */
    conditional: z.boolean({ error: 'true or false' }),
    /** None of a model that only scores. */
    stages: list(stageSchema, 0, 8),
    textEncoder: z.optional(textEncoderSchema),
    tokenizer: z.optional(tokenizerSchema),
    /** What scoring takes, both or neither: what a picture shows, and how well that fits a text. */
    imageEncoder: z.optional(imageEncoderSchema),
    matcher: z.optional(matcherSchema),
    /** `epsDim` is 0 for a model without conditioning augmentation, both of one that only scores. */
    noise: z.object({ zDim: integer(0, MAX_DIM), epsDim: integer(0, MAX_DIM) }, { error: 'an object' }),
    files: z.record(bundlePath, fileSchema, { error: 'an object of files' }),
    /** How the graphs' weights are stored. */
    precision: oneOf(['fp32', 'fp16', 'int8']),
    training: trainingSchema,
    /** A Markdown file: what the model was trained on, what it is good for, where it fails. */
    card: z.optional(bundlePath),
    selfTest: z.optional(selfTestSchema),
  },
  { error: 'an object' },
);

export type Manifest = z.infer<typeof manifestSchema>;
export type StageDescription = Manifest['stages'][number];
export type FileDescription = Manifest['files'][string];
export type TextEncoderDescription = NonNullable<Manifest['textEncoder']>;
export type ImageEncoderDescription = NonNullable<Manifest['imageEncoder']>;
export type MatcherDescription = NonNullable<Manifest['matcher']>;
export type TokenizerDescription = NonNullable<Manifest['tokenizer']>;
