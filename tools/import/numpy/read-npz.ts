import type { SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { readZip } from '../zip/read-zip.js';
import { readNpy } from './read-npy.js';

const ZIP_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');

/** Whether a file is a zip archive whose first entry is an array. */
export function isNpz(bytes: Uint8Array): boolean {
  if (bytes.length < 30 || !ZIP_SIGNATURE.equals(bytes.subarray(0, 4))) return false;
  const nameBytes = (bytes[26] ?? 0) + 256 * (bytes[27] ?? 0);
  return Buffer.from(bytes.subarray(30, 30 + nameBytes))
    .toString('latin1')
    .endsWith('.npy');
}

/**
 * The arrays of an `.npz` by name, packed or not.
 * @throws {WordbrushError} `WEIGHTS_INVALID`
 */
export function readNpz(bytes: Uint8Array, source: string): Map<string, SafetensorsTensor> {
  const arrays = new Map<string, SafetensorsTensor>();
  for (const [path, entry] of readZip(bytes, source)) {
    if (!path.endsWith('.npy'))
      throw invalidWeights(source, `expected arrays alone, got '${path.slice(0, 100)}'`);
    arrays.set(path.slice(0, -'.npy'.length), readNpy(entry.read(), `${source} (${path})`));
  }
  return arrays;
}
