import type { FileDescription } from './manifest.js';

/** The entry of a file under `files` in a manifest: its size, and its sha256 in lower-case hexadecimal. */
export async function describeFile(bytes: Uint8Array): Promise<FileDescription> {
  // Copied where the bytes may be shared memory, which WebCrypto does not take.
  const owned =
    bytes.buffer instanceof ArrayBuffer
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes);
  // Missing on pages that are not served by https.
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  const digest =
    subtle === undefined
      ? await (await import('./sha256.js')).sha256(owned)
      : new Uint8Array(await subtle.digest('SHA-256', owned));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { bytes: bytes.byteLength, sha256 };
}
