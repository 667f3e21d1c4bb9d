import { reasonOf, WordbrushError } from '../../errors.js';
import { throwIfAborted } from '../../generation/abort.js';
import { readAtMost } from './read-at-most.js';

export interface DownloadOptions {
  /** More is refused while it is received. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
  /** Called with the bytes received so far; starts anew when a broken download is begun again. */
  onBytes?: ((received: number) => void) | undefined;
  /** Called with the head of the answer that the bytes are taken from. */
  onResponse?: ((response: Response) => void) | undefined;
}

/** How often a download that breaks off is begun, and how long before each further try. */
const PAUSES_MS = [0, 300, 1500];

/**
 * Fetches a file, from the beginning again if the connection breaks.
 * @returns undefined where the server has none.
 * @throws WordbrushError NETWORK, INTEGRITY_MISMATCH if there are more bytes than `maxBytes`, ABORTED.
 */
export async function download(url: URL, options: DownloadOptions): Promise<Uint8Array | undefined> {
  let failure: unknown;
  for (const pauseMs of PAUSES_MS) {
    await pause(pauseMs, options.signal);
    throwIfAborted(options.signal);
    try {
      return await fetchOnce(url, options);
    } catch (error) {
      throwIfAborted(options.signal);
      if (error instanceof WordbrushError) {
        throw error;
      }
      failure = error;
      if (isOffline()) break;
    }
  }
  throw failed(url, connectionReason(failure), failure);
}

async function fetchOnce(
  url: URL,
  { maxBytes, signal, onBytes, onResponse }: DownloadOptions,
): Promise<Uint8Array | undefined> {
  const response = await fetch(url, {
    ...(signal === undefined ? {} : { signal }),
    credentials: 'same-origin',
  });
  requireSafeRedirect(url, response);
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) {
    await response.body?.cancel();
    // Servers that are only busy deserve another try; a refusal is final.
    if (response.status >= 500 || response.status === 429) {
      throw new Error(`the server answered ${response.status}`);
    }
    throw failed(url, `the server answered ${response.status}`);
  }
  onResponse?.(response);
  return readAtMost(response.body, maxBytes, {
    onBytes,
    tooMany: () =>
      new WordbrushError(
        'INTEGRITY_MISMATCH',
        `Expected ${url.href} to have ${maxBytes} bytes, received more.`,
        {
          hint: 'The server gives another file: get the model bundle again, or export it again.',
          details: { location: url.href, expected: maxBytes },
        },
      ),
  });
}

/** A page that was fetched safely must not be answered over an open line, nor by anything but http. */
function requireSafeRedirect(asked: URL, { url, redirected }: Response): void {
  if (!redirected || url === '') {
    return;
  }
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== asked.protocol) {
    throw failed(asked, `it was redirected to ${protocol}, which is not followed`);
  }
}

function failed(url: URL, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('NETWORK', `Expected to fetch ${url.href}; ${reason}.`, {
    hint: 'Check the address and the connection.',
    cause,
    details: { url: url.href },
  });
}

/** Browsers know where there is no connection at all: then no further try helps. */
function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false;
}

/** `fetch` hides what went wrong in the cause. */
function connectionReason(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return reasonOf(inner);
}

/** Ends early when the signal is aborted. */
async function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (durationMs === 0 || signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal?.addEventListener('abort', end);
  });
}
