/** The files of a model bundle, wherever it lies. Paths are those of the manifest, already checked. */
export interface BundleFiles {
  /** For messages. */
  readonly location: string;
  /** Size in bytes, or undefined if there is no such file. */
  sizeOf(path: string): Promise<number | undefined>;
  read(path: string, options?: ReadOptions): Promise<Uint8Array>;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Called with the bytes that were downloaded so far, where the file comes over a network. */
  onBytes?: ((received: number) => void) | undefined;
  /** Called with the sha256 of the bytes by a place that computes it anyway, so that nobody has to again. */
  onSha256?: ((sha256: string) => void) | undefined;
}
