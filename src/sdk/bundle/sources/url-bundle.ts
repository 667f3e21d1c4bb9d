import { WordbrushError } from '../../errors.js';
import type { BundleFiles, ReadOptions } from '../bundle-files.js';
import { describeFile } from '../describe-file.js';
import type { FileDescription, Manifest } from '../manifest.js';
import { parseManifest } from '../parse-manifest.js';
import { MANIFEST_FILE, MAX_MANIFEST_BYTES } from '../read-bundle.js';
import { download } from './download.js';
import type { FileCache } from './file-cache.js';

/**
 * The files of a bundle on a server, `prefix` being the URL of its folder. Each is downloaded once: the cache keeps it
 * by the sha256 that the manifest says, so what it gives is never stale, and damage is noticed and mended by another
 * download. The manifest is asked for every time; the one kept serves while there is no connection.
 * @throws WordbrushError MODEL_NOT_FOUND, NETWORK, INVALID_OPTION if it is no http URL.
 */
export async function openUrl(prefix: string, cache: FileCache, signal?: AbortSignal): Promise<BundleFiles> {
  const base = folderUrl(prefix);
  const manifestBytes = await fetchManifest(base, cache, signal);
  const manifest = parseManifest(new TextDecoder().decode(manifestBytes), new URL(MANIFEST_FILE, base).href);
  return {
    location: base.href.replace(/\/$/u, ''),
    async sizeOf(path) {
      return path === MANIFEST_FILE ? manifestBytes.byteLength : described(manifest, path)?.bytes;
    },
    async read(path, options = {}) {
      if (path === MANIFEST_FILE) {
        return manifestBytes;
      }
      const expected = described(manifest, path);
      const bytes =
        expected &&
        ((await cached(cache, expected, options)) ?? (await fetchFile(base, path, expected, cache, options)));
      if (bytes === undefined) {
        throw new WordbrushError(
          'FILE_MISSING',
          `Expected the file ${path} at ${base.href}; it is not there.`,
          {
            hint: 'Copy the whole folder that `wordbrush export` wrote to the server.',
            details: { location: base.href, file: path },
          },
        );
      }
      return bytes;
    },
  };
}

function folderUrl(prefix: string): URL {
  const url = URL.canParse(prefix) ? new URL(prefix) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new WordbrushError('INVALID_OPTION', `Expected an http or https URL, received ${prefix}.`, {
      details: { option: 'path' },
    });
  }
  url.pathname = url.pathname.replace(/(?:manifest\.json|\/)?$/u, '/').replace(/\/{2,}$/u, '/');
  return url;
}

async function fetchManifest(
  base: URL,
  cache: FileCache,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const url = new URL(MANIFEST_FILE, base);
  const { sha256: key } = await describeFile(new TextEncoder().encode(url.href));
  let bytes: Uint8Array | undefined;
  try {
    bytes = await download(url, { maxBytes: MAX_MANIFEST_BYTES, signal });
  } catch (error) {
    const offline = error instanceof WordbrushError && error.code === 'NETWORK';
    const kept = offline ? await cache.get(key) : undefined;
    if (kept === undefined) {
      throw error;
    }
    return kept;
  }
  if (bytes === undefined) {
    throw new WordbrushError(
      'MODEL_NOT_FOUND',
      `Expected a model bundle at ${base.href}; it has no ${MANIFEST_FILE}.`,
      {
        hint: 'Give the URL of the folder that holds manifest.json.',
        details: { location: base.href },
      },
    );
  }
  await cache.put(key, bytes);
  return bytes;
}

function described(manifest: Manifest, path: string): FileDescription | undefined {
  return Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
}

/** The bytes from the cache, if they are still those that were put there. */
async function cached(
  cache: FileCache,
  expected: FileDescription,
  options: ReadOptions,
): Promise<Uint8Array | undefined> {
  const bytes = await cache.get(expected.sha256);
  if (bytes === undefined || (await isAsDescribed(bytes, expected, options))) {
    return bytes;
  }
  await cache.remove(expected.sha256);
  return undefined;
}

async function fetchFile(
  base: URL,
  path: string,
  expected: FileDescription,
  cache: FileCache,
  options: ReadOptions,
): Promise<Uint8Array | undefined> {
  const { signal, onBytes } = options;
  const bytes = await download(new URL(path, base), { maxBytes: expected.bytes, signal, onBytes });
  // What is not as described is given on as it is: whoever asked verifies it, and says what is wrong.
  if (bytes !== undefined && (await isAsDescribed(bytes, expected, options))) {
    await cache.put(expected.sha256, bytes);
  }
  return bytes;
}

async function isAsDescribed(
  bytes: Uint8Array,
  expected: FileDescription,
  { onSha256 }: ReadOptions,
): Promise<boolean> {
  if (bytes.byteLength !== expected.bytes) {
    return false;
  }
  const { sha256 } = await describeFile(bytes);
  onSha256?.(sha256);
  return sha256 === expected.sha256;
}
