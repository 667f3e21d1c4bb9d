import { z } from 'zod';
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
     * outputs of earlier stages.
     */
    inputs: valueNames,
    /** `image` float32 [batch, 3, size, size] in [-1, 1], and what later stages take. */
    outputs: valueNames,
  },
  { error: 'an object' },
);

const textEncoderSchema = z.object(
  {
    file: bundlePath,
    /** `token_ids` int32 [batch, time] and `lengths` int32 [batch]. */
    inputs: valueNames,
    /** `words` float32 [batch, time, wordDim] and `sentence` float32 [batch, sentenceDim]. */
    outputs: valueNames,
    wordDim: integer(1, MAX_DIM),
    sentenceDim: integer(1, MAX_DIM),
  },
  { error: 'an object' },
);

const tokenizerSchema = z.object(
  {
    kind: oneOf([TOKENIZER.kind]),
    version: z.literal(TOKENIZER.version, { error: String(TOKENIZER.version) }),
    vocabularyFile: bundlePath,
    /** Words read of a prompt. */
    maxLength: integer(1, 1000),
    unknownWords: oneOf(['drop']),
  },
  { error: 'an object' },
);

const fileSchema = z.object(
  {
    bytes: integer(0, MAX_FILE_BYTES),
    sha256: z
      .string({ error: '64 lower-case hexadecimal digits' })
      .regex(/^[0-9a-f]{64}$/, { error: '64 lower-case hexadecimal digits' }),
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
    prompt: text(2000),
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
    architecture: oneOf(['stackgan', 'stackgan-pp', 'attngan']),
    conditional: z.literal(true, { error: 'true' }),
    stages: list(stageSchema, 1, 8),
    textEncoder: textEncoderSchema,
    tokenizer: tokenizerSchema,
    noise: z.object({ zDim: integer(1, MAX_DIM), epsDim: integer(1, MAX_DIM) }, { error: 'an object' }),
    files: z.record(bundlePath, fileSchema, { error: 'an object of files' }),
    precision: oneOf(['fp32']),
    training: trainingSchema,
    /** A Markdown file: what the model was trained on, what it is good for, where it fails. */
    card: bundlePath.optional(),
    selfTest: selfTestSchema.optional(),
  },
  { error: 'an object' },
);

export type Manifest = z.infer<typeof manifestSchema>;
export type StageDescription = Manifest['stages'][number];
export type FileDescription = Manifest['files'][string];
