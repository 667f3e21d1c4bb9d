import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../sdk/runtime/node/folder-cache.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../weights/safetensors.js';
import type { FeatureMatrix } from './feature-matrix.js';

/** What vectors of pictures depend on: with one other fact they are other vectors. */
export interface CachedFacts {
  /** sha256 of the pixels. */
  pictures: string;
  count: number;
  /** Side of the pictures, pixels. */
  size: number;
  /** sha256 of the network's weights. */
  encoder: string;
  /** How the pictures come to what the network takes. */
  resize: string;
}

/** Vectors by name, a row a picture. */
export type NamedFeatures = ReadonlyMap<string, FeatureMatrix>;

/** Of how entries are written: another one finds none of the old. */
const FORM = 1;
const DIGEST_BYTES = 32;

/** `features` beside the downloaded models: in WORDBRUSH_CACHE, or where the system keeps caches. */
export function featureCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment.WORDBRUSH_CACHE;
  return join(own ? own : dirname(cacheFolder(environment)), 'features');
}

/**
 * What networks saw in real pictures, kept in a folder that any number of processes may share. Entries are written whole,
 * under the hash of all that they depend on and with their own hash: a damaged one is computed and written again.
 */
export class FeatureCache {
  /** @param folder undefined keeps nothing. */
  constructor(private readonly folder: string | undefined) {}

  /** The entry of these facts, or what `compute` gives, which is kept. A cache that cannot be written costs time alone. */
  async through(facts: CachedFacts, compute: () => Promise<NamedFeatures>): Promise<NamedFeatures> {
    if (this.folder === undefined) return compute();
    const key = createHash('sha256')
      .update(JSON.stringify([FORM, facts.pictures, facts.count, facts.size, facts.encoder, facts.resize]))
      .digest('hex');
    const path = join(this.folder, key.slice(0, 2), key);
    const kept = await readEntry(path, facts.count);
    if (kept !== undefined) return kept;
    const computed = await compute();
    await writeWholeFile(path, entryOf(computed)).catch(() => undefined);
    return computed;
  }
}

/** The digest of what follows, then safetensors. */
function entryOf(features: NamedFeatures): Uint8Array {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { values, count, width }] of features) {
    tensors.set(name, { dtype: 'F32', shape: [count, width], data: values });
  }
  const content = writeSafetensors(tensors);
  return Buffer.concat([digestOf(content), content]);
}

/** Undefined for an entry that is not there, is damaged or is of another number of pictures. */
async function readEntry(path: string, count: number): Promise<NamedFeatures | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length < DIGEST_BYTES) return undefined;
  const content = bytes.subarray(DIGEST_BYTES);
  if (!digestOf(content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  const features = new Map<string, FeatureMatrix>();
  for (const [name, { dtype, shape, data }] of readSafetensors(content, path).tensors) {
    const [rows, width = 0] = shape;
    if (dtype !== 'F32' || rows !== count) return undefined;
    features.set(name, { values: data, count, width });
  }
  return features;
}

function digestOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
