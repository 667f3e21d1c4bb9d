import { createHash } from 'node:crypto';
import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import type { DeviceChoice } from '../../sdk/index.js';
import { loadCore } from '../../sdk/model/load-model.js';
import type { Call, ModelCore } from '../../sdk/model/model-core.js';
import { nodePlatform } from '../../sdk/runtime/node/node-platform.js';
import { encodeImage } from '../../sdk/scoring/encode-image.js';
import { scoringParts } from '../../sdk/scoring/scoring-parts.js';
import type { ImageSet } from '../data/load-images.js';
import type { FeatureMatrix } from './feature-matrix.js';
import { imageDataOf } from './image-sets.js';
import type { Progress } from './progress.js';
import { readableTexts } from './readable-texts.js';

/** Texts that a scorer can read, with their vectors in the same order. */
export interface EmbeddedTexts {
  /** Rows of the texts given. */
  indices: number[];
  vectors: FeatureMatrix;
}

/**
 * The image and text encoder of a bundle that scores: pictures and texts as vectors whose cosine tells how well they match.
 * Dispose of it when done.
 */
export class Scorer {
  readonly name: string;
  /** Of its image encoder and text encoder: which scorer it was. */
  readonly sha256: string;
  readonly manifest: Manifest;
  readonly device: string;
  readonly #core: ModelCore;

  private constructor(core: ModelCore) {
    const { name, files, imageEncoder, textEncoder } = core.manifest;
    this.#core = core;
    this.manifest = core.manifest;
    this.device = core.device;
    this.name = name;
    const hashes = [imageEncoder, textEncoder].map((graph) => files[graph?.file ?? '']?.sha256 ?? '');
    this.sha256 = createHash('sha256').update(hashes.join('\n')).digest('hex');
  }

  /** @throws WordbrushError as `loadModel()` does; INVALID_OPTION for a bundle that does not score. */
  static async open(place: string, device: DeviceChoice, signal: AbortSignal | undefined): Promise<Scorer> {
    const core = await loadCore(nodePlatform, {
      source: place,
      runtime: { device, workers: undefined, assets: undefined },
      conditional: undefined,
      purpose: 'scoring',
      signal,
      onProgress: undefined,
    });
    try {
      await scoringParts(core, core.begin(signal, undefined));
      return new Scorer(core);
    } catch (error) {
      await core.dispose();
      throw error;
    }
  }

  /** One vector a picture. @throws WordbrushError ABORTED, MODEL_INVALID */
  async embedImages(images: ImageSet, { signal, onProgress }: Progress = {}): Promise<FeatureMatrix> {
    const call = this.#core.begin(signal, undefined);
    const { graphs, imageEncoder } = await scoringParts(this.#core, call);
    const values = new Float32Array(images.count * imageEncoder.dim);
    for (let index = 0; index < images.count; index++) {
      const input = { image: imageDataOf(images, index), name: 'image' };
      const encoded = await encodeImage(this.#core, graphs.imageEncoder, imageEncoder, input, call);
      values.set(floatsOf(encoded.get('global')?.data), index * imageEncoder.dim);
      onProgress?.({ phase: 'judge', done: index + 1, total: images.count });
    }
    return { values, count: images.count, width: imageEncoder.dim };
  }

  /** One vector a text that has a word the scorer knows. @throws WordbrushError ABORTED, MODEL_INVALID */
  async embedTexts(texts: readonly string[], { signal }: Progress = {}): Promise<EmbeddedTexts> {
    const call: Call = this.#core.begin(signal, undefined);
    const rows: Float32Array[] = [];
    const indices = await readableTexts(this.#core, texts, call, (values) => {
      rows.push(floatsOf(values.get('sentence')?.data));
    });
    const width = rows[0]?.length ?? 0;
    const values = new Float32Array(rows.length * width);
    for (const [index, row] of rows.entries()) values.set(row, index * width);
    return { indices, vectors: { values, count: rows.length, width } };
  }

  dispose(): Promise<void> {
    return this.#core.dispose();
  }
}

function floatsOf(data: Float32Array | Int32Array | undefined): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new WordbrushError('MODEL_INVALID', 'Expected a vector of floats from the encoder, received none.');
}
