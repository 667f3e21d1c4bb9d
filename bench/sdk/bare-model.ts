import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Manifest, parseManifest } from '../../src/sdk/bundle/index.js';
import { drawNoise, noiseShapeOf } from '../../src/sdk/generation/picture-noise.js';
import { encodePrompt, Vocabulary } from '../../src/sdk/text/index.js';

/** The model that comes with the package: one stage, and a text encoder of words. */
export const BUNDLE = fileURLToPath(new URL('../../exported-models/stackgan-emoji', import.meta.url));
export const PROMPT = 'a red heart';

/** Inputs of both graphs, made beforehand: nothing but the runs is timed. */
export interface BareInputs {
  text: Record<string, Tensor>;
  noise: Record<string, Tensor>;
  batch: number;
}

/** The two graphs of the model as whoever uses onnxruntime-node alone would run them. */
export class BareModel {
  readonly #text: InferenceSession;
  readonly #stage: InferenceSession;
  readonly #manifest: Manifest;
  readonly #vocabulary: Vocabulary;

  private constructor(
    sessions: { text: InferenceSession; stage: InferenceSession },
    manifest: Manifest,
    vocabulary: Vocabulary,
  ) {
    this.#text = sessions.text;
    this.#stage = sessions.stage;
    this.#manifest = manifest;
    this.#vocabulary = vocabulary;
  }

  /** @param options of both sessions. */
  static async load(options: InferenceSession.SessionOptions = {}): Promise<BareModel> {
    const manifest = parseManifest(await readFile(`${BUNDLE}/manifest.json`, 'utf8'), BUNDLE);
    const vocabulary = Vocabulary.parse(await readFile(`${BUNDLE}/vocabulary.json`, 'utf8'));
    const text = await InferenceSession.create(`${BUNDLE}/text-encoder.onnx`, options);
    const stage = await InferenceSession.create(`${BUNDLE}/stage-1.onnx`, options);
    return new BareModel({ text, stage }, manifest, vocabulary);
  }

  /** What `generate(prompt, { seed, count })` gives the graphs. */
  inputs(prompt: string, seed: number, batch = 1): BareInputs {
    const { ids } = encodePrompt(prompt, this.#vocabulary, 18);
    const rows = Array.from({ length: batch }, (_, k) =>
      drawNoise(noiseShapeOf(this.#manifest), {
        seed: seed + k,
        truncation: undefined,
        variation: 1,
        given: undefined,
      }),
    );
    return {
      text: {
        token_ids: new Tensor('int32', ids, [1, ids.length]),
        lengths: new Tensor('int32', Int32Array.of(ids.length), [1]),
      },
      noise: {
        z: stacked(rows.map(({ z }) => z)),
        eps: stacked(rows.map(({ eps }) => eps[0] ?? new Float32Array())),
      },
      batch,
    };
  }

  /** Both runs. @returns pictures, [batch, 3, size, size] in [-1, 1]. */
  async run({ text, noise, batch }: BareInputs): Promise<Float32Array> {
    const { sentence } = await this.#text.run(text, ['sentence', 'words']);
    const results = await this.#stage.run({ ...noise, sentence: repeated(sentence, batch) });
    return floatsOf(results.image);
  }
}

function stacked(rows: readonly Float32Array[]): Tensor {
  const length = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * length);
  for (const [index, row] of rows.entries()) data.set(row, index * length);
  return new Tensor('float32', data, [rows.length, length]);
}

function repeated(row: InferenceSession.OnnxValueMapType[string] | undefined, batch: number): Tensor {
  return stacked(Array.from({ length: batch }, () => floatsOf(row)));
}

function floatsOf(value: InferenceSession.OnnxValueMapType[string] | undefined): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new TypeError('Expected a tensor of float32.');
}
