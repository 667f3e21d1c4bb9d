/** Where downloaded files are kept: by the sha256 of their content, or a manifest by that of its URL. */
export interface FileCache {
  /** The bytes as they were put, unless something damaged them since; undefined if there are none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes, whole or not at all; a cache that cannot keep them says so once and goes on without. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}
