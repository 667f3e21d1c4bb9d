import { download } from '../../bundle/sources/download.js';
import { reasonOf, WordbrushError } from '../../errors.js';
import { COPY_HINT } from './asset-folder.js';

/** Larger than any build of ONNX Runtime. */
const MAX_BINARY_BYTES = 100_000_000;
const MAX_SCRIPT_BYTES = 2_000_000;
const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];
const SHOWN_CHARACTERS = 24;

/**
 * Fetches WebAssembly, again if the connection breaks, and looks at its first bytes: many servers answer with a page
 * where they have no file.
 * @throws WordbrushError RUNTIME_MISSING naming the URL; ABORTED.
 */
export async function fetchBinary(url: URL, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = await fetchBytes(url, MAX_BINARY_BYTES, signal);
  if (WASM_MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw wrongAsset(url, `WebAssembly, which begins with 00 61 73 6d; it begins with ${beginning(bytes)}`);
  }
  return bytes;
}

/**
 * Makes sure that a URL gives a script, for what `import()` says of one that does not names no reason.
 * @throws WordbrushError RUNTIME_MISSING naming the URL; ABORTED.
 */
export async function checkScript(url: URL, signal?: AbortSignal): Promise<void> {
  let type = '';
  const bytes = await fetchBytes(url, MAX_SCRIPT_BYTES, signal, (response) => {
    type = response.headers.get('content-type') ?? '';
  });
  if (/^\s*</u.test(new TextDecoder().decode(bytes.subarray(0, SHOWN_CHARACTERS)))) {
    throw wrongAsset(url, `a script; it begins with ${beginning(bytes)}`);
  }
  if (!/javascript|ecmascript/iu.test(type)) {
    throw wrongAsset(url, `a script of type text/javascript; the server says ${JSON.stringify(type)}`);
  }
}

async function fetchBytes(
  url: URL,
  maxBytes: number,
  signal: AbortSignal | undefined,
  onResponse?: (response: Response) => void,
): Promise<Uint8Array> {
  try {
    const bytes = await download(url, { maxBytes, signal, onResponse });
    if (bytes !== undefined) return bytes;
  } catch (error) {
    if (error instanceof WordbrushError && error.code === 'ABORTED') throw error;
    throw wrongAsset(url, `a file of ONNX Runtime; it did not come: ${reasonOf(error)}`, error);
  }
  throw wrongAsset(url, 'a file of ONNX Runtime; there is none (404)');
}

function wrongAsset(url: URL, sentence: string, cause?: unknown): WordbrushError {
  return new WordbrushError('RUNTIME_MISSING', `Expected ${url.href} to be ${sentence}.`, {
    hint: COPY_HINT,
    cause,
    details: { url: url.href },
  });
}

/** As text where it is text, so that a page that came instead shows itself. */
function beginning(bytes: Uint8Array): string {
  const start = bytes.subarray(0, SHOWN_CHARACTERS);
  const isText =
    start.length > 0 &&
    start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d);
  return isText
    ? JSON.stringify(new TextDecoder().decode(start))
    : Array.from(start.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ') || 'nothing';
}
