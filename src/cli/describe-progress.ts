import type { ProgressEvent } from '../sdk/index.js';

/** A line that says how far a call has come. */
export function describeProgress(event: ProgressEvent): string {
  const percent = `${Math.round((event.completed / event.total) * 100)} %`;
  switch (event.phase) {
    case 'download':
      return `downloading the model ${percent}`;
    case 'verify':
      return `verifying the model ${percent}`;
    case 'session':
      return `loading the model ${percent}`;
    case 'warmup':
      return `warming up ${percent}`;
    case 'generate':
      return `drawing picture ${event.image + 1} ${percent}`;
    case 'score':
      return `comparing ${percent}`;
  }
}
