import { elementBytes } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { ByteCursor } from '../pickle/byte-cursor.js';
import type { PickleResolver } from '../pickle/pickle-machine.js';
import { STATE_DICT_LIMITS, unpickle } from '../pickle/unpickle.js';
import { readZip } from '../zip/read-zip.js';
import { explainRefusal } from './explain-refusal.js';
import type { StorageReference } from './strided-tensor.js';
import { storageReference, torchGlobals } from './torch-globals.js';

/** First value of PyTorch's format from before 1.6: a pickle of this number. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_VERSION = 1001;
const ZIP_SIGNATURE = 0x04034b50;

/** A checkpoint in parts: the tree of its pickle, and where the numbers are. */
export interface Checkpoint {
  tree: unknown;
  storageBytes: (reference: StorageReference) => Uint8Array | undefined;
}

/** Whether a file begins like one of `torch.save`, old or new. */
export function isCheckpoint(bytes: Uint8Array): boolean {
  return isZipFile(bytes) || beginsWithMagic(bytes);
}

/** The number is written in other bytes by each protocol. */
function beginsWithMagic(bytes: Uint8Array): boolean {
  const allowed = { resolveGlobal: () => undefined, resolvePersistent: () => undefined };
  try {
    return unpickle(bytes.subarray(0, 64), allowed, '').value === LEGACY_MAGIC;
  } catch {
    return false;
  }
}

/**
 * Reads what `torch.save` wrote, in its zip format or in the older plain one. Nothing in the file is executed.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a file of another kind, a damaged one, or one that asks for code to be run.
 */
export function readCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  return isZipFile(bytes) ? readZipCheckpoint(bytes, source) : readLegacyCheckpoint(bytes, source);
}

function isZipFile(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new ByteCursor(bytes, '').uint32() === ZIP_SIGNATURE;
}

/** `NAME/data.pkl`, `NAME/byteorder` and one `NAME/data/KEY` a storage. */
function readZipCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const entries = readZip(bytes, source);
  const [pickle, another] = [...entries.values()].filter(({ path }) => /^[^/]+\/data\.pkl$/.test(path));
  if (pickle === undefined || another !== undefined) {
    throw invalidWeights(source, `expected a data.pkl in the archive, got ${another ? 'several' : 'none'}`);
  }
  const folder = pickle.path.slice(0, -'data.pkl'.length);
  const byteOrder = entries.get(`${folder}byteorder`)?.read();
  if (byteOrder !== undefined && new TextDecoder().decode(byteOrder) !== 'little') {
    throw invalidWeights(source, 'expected little-endian numbers');
  }
  if (pickle.size > STATE_DICT_LIMITS.bytes) throw invalidWeights(source, 'its data.pkl is too large');
  const content = pickle.read();
  const resolver = torchResolver(source, storageReference);
  const { value } = explainRefusal(content, source, () => unpickle(content, resolver, source));
  const storages = new Map<string, Uint8Array>();
  const storageBytes = ({ key, dtype, elementCount }: StorageReference): Uint8Array | undefined => {
    const known = storages.get(key);
    if (known !== undefined) return known;
    const entry = entries.get(`${folder}data/${key}`);
    if (entry === undefined) return undefined;
    // Before it is unpacked: what is too large shall not be made.
    if (entry.size !== elementCount * elementBytes(dtype)) {
      throw invalidWeights(
        source,
        `expected a storage of ${elementCount * elementBytes(dtype)} bytes, got ${entry.size} in '${key.slice(0, 40)}'`,
      );
    }
    const storage = entry.read();
    storages.set(key, storage);
    return storage;
  };
  return { tree: value, storageBytes };
}

/** Five pickles (magic, version, system, tree, storage keys), then each storage as an element count and its bytes. */
function readLegacyCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const references = new Map<string, StorageReference>();
  const resolver = torchResolver(source, (id) => {
    const reference = storageReference(id);
    if (reference !== undefined) references.set(reference.key, reference);
    return reference;
  });
  const next = (start: number) => unpickle(bytes, resolver, source, { start });
  const magic = next(0);
  if (magic.value !== LEGACY_MAGIC) throw invalidWeights(source, 'expected a file written by torch.save');
  const version = next(magic.end);
  if (version.value !== LEGACY_VERSION) {
    throw invalidWeights(
      source,
      `expected format version ${LEGACY_VERSION}, got ${typeof version.value === 'number' ? version.value : 'none'}`,
    );
  }
  const system = next(version.end);
  if (!(system.value instanceof Map) || system.value.get('little_endian') !== true) {
    throw invalidWeights(source, 'expected little-endian numbers');
  }
  const tree = explainRefusal(bytes.subarray(system.end), source, () => next(system.end));
  const keys = next(tree.end);
  if (!Array.isArray(keys.value)) throw invalidWeights(source, 'expected a list of storages');
  const cursor = new ByteCursor(bytes, source, keys.end);
  const storages = new Map<string, Uint8Array>();
  for (const key of keys.value) {
    const reference = references.get(key);
    if (reference === undefined) throw invalidWeights(source, 'it lists a storage that no tensor uses');
    if (storages.has(key))
      throw invalidWeights(source, `it lists the storage '${reference.key.slice(0, 40)}' twice`);
    storages.set(key, cursor.bytes(cursor.uint64() * elementBytes(reference.dtype)));
  }
  return { tree: tree.value, storageBytes: ({ key }) => storages.get(key) };
}

function torchResolver(source: string, resolvePersistent: (id: unknown) => unknown): PickleResolver {
  const globals = torchGlobals(source);
  return { resolveGlobal: (name) => globals.get(name), resolvePersistent };
}
