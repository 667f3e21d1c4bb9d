import { readSafetensors, type SafetensorsTensor } from '../../src/training/weights/safetensors.js';
import { invalidWeights } from './invalid-weights.js';
import { isNpz, readNpz } from './numpy/read-npz.js';
import { isCheckpoint } from './pytorch/read-checkpoint.js';
import { readStateDicts } from './pytorch/read-state-dict.js';
import { readCharacterEncoder } from './torch7/character-encoder.js';
import { isTorch7 } from './torch7/read-torch7.js';

/** The kind of a file of named tensors, by its first bytes. */
export type WeightFormat = 'pytorch' | 'safetensors' | 'npz' | 'torch7';

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, SafetensorsTensor>;

export interface TensorFile {
  format: WeightFormat;
  /** Each state dict of the file by the path of dicts that leads to it, which is empty for one at the top. */
  dicts: ReadonlyMap<string, NamedTensors>;
}

/**
 * Reads every state dict of a file: PyTorch's zip or legacy format, safetensors, `.npz`, or the char-CNN-RNN of a `.t7`,
 * whichever it is.
 * @param source what to call the file in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID`
 */
export function readTensorFile(bytes: Uint8Array, source: string): TensorFile {
  const file = readByFormat(bytes, source);
  for (const [path, tensors] of file.dicts) {
    for (const name of [path, ...tensors.keys()]) requirePlainName(name, source);
  }
  return file;
}

/** Names end up in messages and in other files. */
function requirePlainName(name: string, source: string): void {
  if (/\p{Cc}/u.test(name)) {
    throw invalidWeights(source, `expected names without control characters, got '${name.slice(0, 100)}'`);
  }
}

function readByFormat(bytes: Uint8Array, source: string): TensorFile {
  if (isNpz(bytes)) return { format: 'npz', dicts: new Map([['', readNpz(bytes, source)]]) };
  if (isCheckpoint(bytes)) return { format: 'pytorch', dicts: readStateDicts(bytes, source) };
  if (isSafetensors(bytes)) {
    return { format: 'safetensors', dicts: new Map([['', readSafetensors(bytes, source).tensors]]) };
  }
  if (isTorch7(bytes))
    return { format: 'torch7', dicts: new Map([['', readCharacterEncoder(bytes, source)]]) };
  throw invalidWeights(source, 'expected a .pth of torch.save, safetensors, .npz or a .t7 of Torch7');
}

/** Eight bytes of header length, then JSON. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b;
}
