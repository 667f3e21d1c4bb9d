import type { ProgressEvent } from '../sdk/index.js';
import { describeProgress } from './describe-progress.js';
import { StatusLine } from './status-line.js';

/** Runs work whose progress stands on the error stream, so that the output is the result alone. */
export async function withStatus<Result>(
  work: (onProgress: (event: ProgressEvent) => void) => Promise<Result>,
): Promise<Result> {
  const status = new StatusLine(process.stderr);
  try {
    return await work((event) => status.update(describeProgress(event)));
  } finally {
    status.end();
  }
}
