import { elementBytes, type SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { readZip } from '../zip/read-zip.js';
import { ByteCursor } from './byte-cursor.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import { materialize } from './materialize.js';
import type { PickleResolver } from './pickle-machine.js';
import { type StorageReference, StridedTensor, storageReference, torchGlobals } from './torch-globals.js';
import { unpickle } from './unpickle.js';

/** First value of PyTorch's format from before 1.6: a pickle of this number. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_VERSION = 1001;
const ZIP_SIGNATURE = 0x04034b50;
/** A stride of 0 lets a tiny file describe tensors without end. */
const MAX_TENSOR_BYTES = 4 * 2 ** 30;

/** A checkpoint in parts: the tree of its pickle, and where the numbers are. */
interface Checkpoint {
  tree: unknown;
  storageBytes: (reference: StorageReference) => Uint8Array | undefined;
}

export interface StateDictOptions {
  /** What to call the file in a message, such as its path. @default 'the checkpoint' */
  source?: string;
  /** Entry of an outer dict that holds the state dict, such as `netG`. @default the outermost dict itself */
  entry?: string;
}

/**
 * Reads the tensors of a state dict that `torch.save` wrote, in its zip format or in the older plain one, by name and in
 * row-major order. Nothing in the file is executed. Values of the dict that are no tensors are left out.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a file of another kind, a damaged one, one that asks for code to be run,
 * or one without the entry.
 */
export function readStateDict(
  bytes: Uint8Array,
  options: StateDictOptions = {},
): Map<string, SafetensorsTensor> {
  const { source = 'the checkpoint', entry } = options;
  const { tree, storageBytes } = readCheckpoint(bytes, source);
  const dict = entry === undefined || !(tree instanceof Map) ? tree : tree.get(entry);
  if (!(dict instanceof Map)) {
    const where = entry === undefined ? 'at the top' : `under '${entry}'`;
    throw invalidCheckpoint(source, `expected a dict of tensors ${where}`);
  }
  const tensors = new Map<string, SafetensorsTensor>();
  let totalBytes = 0;
  for (const [name, value] of dict) {
    if (typeof name !== 'string' || !(value instanceof StridedTensor)) continue;
    totalBytes += value.elementCount * elementBytes(value.storage.dtype);
    if (totalBytes > MAX_TENSOR_BYTES) {
      throw invalidCheckpoint(source, `expected at most ${MAX_TENSOR_BYTES} bytes of tensors, got more`);
    }
    const storage = storageBytes(value.storage);
    if (storage === undefined) throw invalidCheckpoint(source, `the storage of '${name}' is missing`);
    tensors.set(name, materialize(value, storage, `${source} ('${name}')`));
  }
  if (tensors.size === 0) throw invalidCheckpoint(source, 'expected tensors in the dict, got none');
  return tensors;
}

function readCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const isZip = bytes.length >= 4 && new ByteCursor(bytes, source).uint32() === ZIP_SIGNATURE;
  return isZip ? readZipCheckpoint(bytes, source) : readLegacyCheckpoint(bytes, source);
}

/** `NAME/data.pkl`, `NAME/byteorder` and one `NAME/data/KEY` a storage. */
function readZipCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const entries = readZip(bytes, source);
  const pickle = [...entries.values()].find(({ path }) => /^[^/]+\/data\.pkl$/.test(path));
  if (pickle === undefined) throw invalidCheckpoint(source, 'expected a data.pkl in the archive');
  const folder = pickle.path.slice(0, -'data.pkl'.length);
  const byteOrder = entries.get(`${folder}byteorder`)?.read();
  if (byteOrder !== undefined && new TextDecoder().decode(byteOrder) !== 'little') {
    throw invalidCheckpoint(source, 'expected little-endian numbers');
  }
  const { value } = unpickle(pickle.read(), torchResolver(source, storageReference), source);
  return { tree: value, storageBytes: ({ key }) => entries.get(`${folder}data/${key}`)?.read() };
}

/** Five pickles (magic, version, system, tree, storage keys), then each storage as an element count and its bytes. */
function readLegacyCheckpoint(bytes: Uint8Array, source: string): Checkpoint {
  const references = new Map<string, StorageReference>();
  const resolver = torchResolver(source, (id) => {
    const reference = storageReference(id);
    if (reference !== undefined) references.set(reference.key, reference);
    return reference;
  });
  const magic = unpickle(bytes, resolver, source);
  if (magic.value !== LEGACY_MAGIC) throw invalidCheckpoint(source, 'expected a file written by torch.save');
  const version = unpickle(bytes, resolver, source, magic.end);
  if (version.value !== LEGACY_VERSION) {
    throw invalidCheckpoint(source, `expected format version ${LEGACY_VERSION}, got ${version.value}`);
  }
  const system = unpickle(bytes, resolver, source, version.end);
  if (!(system.value instanceof Map) || system.value.get('little_endian') !== true) {
    throw invalidCheckpoint(source, 'expected little-endian numbers');
  }
  const tree = unpickle(bytes, resolver, source, system.end);
  const keys = unpickle(bytes, resolver, source, tree.end);
  if (!Array.isArray(keys.value)) throw invalidCheckpoint(source, 'expected a list of storages');
  const cursor = new ByteCursor(bytes, source, keys.end);
  const storages = new Map<string, Uint8Array>();
  for (const key of keys.value) {
    const reference = references.get(key);
    if (reference === undefined) throw invalidCheckpoint(source, `no tensor uses the storage '${key}'`);
    storages.set(key, cursor.bytes(cursor.uint64() * elementBytes(reference.dtype)));
  }
  return { tree: tree.value, storageBytes: ({ key }) => storages.get(key) };
}

function torchResolver(source: string, resolvePersistent: (id: unknown) => unknown): PickleResolver {
  const globals = torchGlobals(source);
  return { resolveGlobal: (name) => globals.get(name), resolvePersistent };
}
