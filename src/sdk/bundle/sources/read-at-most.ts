export interface ReadAtMostOptions {
  /** Called with the bytes received so far. */
  onBytes?: ((received: number) => void) | undefined;
  /** Makes the error of a stream that has more. */
  tooMany(): Error;
}

/** All bytes of a stream, which is cancelled as soon as it gives more than `maxBytes`. */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  { onBytes, tooMany }: ReadAtMostOptions,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = stream?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) {
      return join(chunks, received);
    }
    received += next.value.byteLength;
    if (received > maxBytes) {
      await reader?.cancel();
      throw tooMany();
    }
    chunks.push(next.value);
    onBytes?.(received);
  }
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.byteLength;
  }
  return joined;
}
