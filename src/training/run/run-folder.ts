import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { Vocabulary } from '../../sdk/text/vocabulary.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { variablesFromBytes, variablesToBytes } from '../weights/variable-files.js';
import { parseRunConfig, type RunConfig } from './config/run-config.js';
import { PhaseFolder } from './phase-folder.js';
import type { RetrievalReport } from './train-events.js';

const runDatasetSchema = z.strictObject({
  name: z.string(),
  licence: z.string(),
  source: z.string().optional(),
  trainPictures: z.int(),
  testPictures: z.int(),
  /** A few captions that the model was trained on. */
  examples: z.array(z.string()).min(1),
  /** Of vocabulary.json; runs of older releases lack it. */
  vocabularySha256: z.string().optional(),
});

const textEncoderReportSchema = z.strictObject({
  retrieval: z.strictObject({ train: z.number(), test: z.number().optional() }),
});

/** What a run was trained on; it goes into the bundle's manifest and card. */
export type RunDataset = z.infer<typeof runDatasetSchema>;

/** Where the parts of a run lie. */
export class RunFolder {
  /** The training of Stage-I, or of all stages where they are trained at once. */
  readonly main: PhaseFolder;
  /** The training of Stage-II. */
  readonly stage2: PhaseFolder;
  /** The training of the text encoder. */
  readonly textEncoder: PhaseFolder;
  readonly configFile: string;
  readonly vocabularyFile: string;
  readonly datasetFile: string;
  readonly textEncoderFile: string;
  readonly textEncoderReport: string;
  /** The heads of DAMSM on the image trunk. */
  readonly imageHeadsFile: string;
  /** Weights of another run that the generator's training begins with, where it does. */
  readonly warmStartFile: string;
  /** What the run has from others, where it has something. */
  readonly originsFile: string;
  readonly stage1Checkpoints: string;
  readonly samples: string;
  readonly metrics: string;

  constructor(readonly path: string) {
    const logs = join(path, 'logs');
    this.main = new PhaseFolder(path, logs);
    this.stage2 = new PhaseFolder(join(path, 'stage-2'), logs);
    this.textEncoder = new PhaseFolder(join(path, 'text-encoder'), logs);
    this.configFile = join(path, 'config.json');
    this.vocabularyFile = join(path, 'vocabulary.json');
    this.datasetFile = join(path, 'dataset.json');
    this.textEncoderFile = join(this.textEncoder.path, 'weights.safetensors');
    this.textEncoderReport = join(this.textEncoder.path, 'report.json');
    this.warmStartFile = join(path, 'warm-start.safetensors');
    this.originsFile = join(path, 'origins.json');
    this.imageHeadsFile = join(path, 'image-encoder', 'weights.safetensors');
    this.stage1Checkpoints = join(path, 'checkpoints');
    this.samples = join(path, 'samples');
    this.metrics = join(path, 'metrics.jsonl');
  }

  async exists(): Promise<boolean> {
    return isThere(this.configFile);
  }

  async hasTextEncoder(): Promise<boolean> {
    return isThere(this.textEncoderFile);
  }

  async hasWarmStart(): Promise<boolean> {
    return isThere(this.warmStartFile);
  }

  async create(config: RunConfig, vocabulary: Vocabulary, dataset: RunDataset): Promise<void> {
    await writeWholeFile(this.vocabularyFile, `${JSON.stringify(vocabulary)}\n`);
    const described = { ...dataset, vocabularySha256: await this.vocabularySha256() };
    await writeWholeFile(this.datasetFile, `${JSON.stringify(described, null, 2)}\n`);
    await writeWholeFile(this.configFile, `${JSON.stringify(config, null, 2)}\n`);
  }

  /** @throws WordbrushError CHECKPOINT_INVALID when the folder holds no run, CONFIG_INVALID when its file is wrong. */
  async readConfig(): Promise<RunConfig> {
    return parseRunConfig(await this.readJson(this.configFile), this.configFile);
  }

  /** Writes the trained encoder with its report; the weights come last, since they say that it is finished. */
  async saveTextEncoder(variables: NamedVariables, retrieval: RetrievalReport): Promise<void> {
    await writeWholeFile(this.textEncoderReport, `${JSON.stringify({ retrieval })}\n`);
    await writeWholeFile(this.textEncoderFile, variablesToBytes(variables));
  }

  /** @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID */
  async loadTextEncoder(variables: NamedVariables): Promise<void> {
    variablesFromBytes(variables, await this.readBytes(this.textEncoderFile), this.textEncoderFile);
  }

  async saveImageHeads(variables: NamedVariables): Promise<void> {
    await writeWholeFile(this.imageHeadsFile, variablesToBytes(variables));
  }

  /** @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID */
  async loadImageHeads(variables: NamedVariables): Promise<void> {
    variablesFromBytes(variables, await this.readBytes(this.imageHeadsFile), this.imageHeadsFile);
  }

  async vocabularySha256(): Promise<string> {
    return createHash('sha256')
      .update(await this.readBytes(this.vocabularyFile))
      .digest('hex');
  }

  async readVocabulary(): Promise<Vocabulary> {
    return Vocabulary.parse(await this.readText(this.vocabularyFile));
  }

  /** What the run was trained on. @throws WordbrushError CHECKPOINT_INVALID */
  async readDataset(): Promise<RunDataset> {
    return this.parse(runDatasetSchema, this.datasetFile);
  }

  /** How well the text encoder finds pictures. @throws WordbrushError CHECKPOINT_INVALID */
  async readRetrieval(): Promise<RetrievalReport> {
    return (await this.parse(textEncoderReportSchema, this.textEncoderReport)).retrieval;
  }

  private async parse<T>(schema: z.ZodType<T>, file: string): Promise<T> {
    const result = schema.safeParse(await this.readJson(file));
    if (result.success) return result.data;
    throw new WordbrushError('CHECKPOINT_INVALID', `${file}: ${z.prettifyError(result.error)}`, {
      cause: result.error,
      details: { file },
    });
  }

  private async readJson(file: string): Promise<unknown> {
    const text = await this.readText(file);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new WordbrushError('CHECKPOINT_INVALID', `${file} is not JSON: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
  }

  private async readText(file: string): Promise<string> {
    return new TextDecoder().decode(await this.readBytes(file));
  }

  private async readBytes(file: string): Promise<Uint8Array> {
    try {
      return await readFile(file);
    } catch (error) {
      throw new WordbrushError(
        'CHECKPOINT_INVALID',
        `Expected a training run at ${this.path}, but ${file} is not there.`,
        {
          cause: error,
          hint: 'Name the folder that `wordbrush train --out` was given.',
        },
      );
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
