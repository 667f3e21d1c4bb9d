import { reasonOf } from '../errors.js';

/** How far a call has come. In each phase `completed` only grows, and ends at `total`. */
export type ProgressEvent =
  | {
      /** Files of the bundle come over the network; counted in bytes. No event if all were kept from before. */
      phase: 'download';
      completed: number;
      total: number;
      file: string;
    }
  | {
      /** Files of the bundle are read and their sha256 compared; counted in bytes. */
      phase: 'verify';
      completed: number;
      total: number;
      file: string;
    }
  | {
      /** Graphs are loaded into ONNX Runtime; counted in graphs. */
      phase: 'session';
      completed: number;
      total: number;
      file: string;
    }
  | {
      /** `warmUp()` runs the graphs for the first time; counted in stages. */
      phase: 'warmup';
      completed: number;
      total: number;
    }
  | {
      /** Pictures are drawn; counted in stages of all pictures. */
      phase: 'generate';
      completed: number;
      total: number;
      /** Which picture, from 0, and the width and height in pixels that it has reached. */
      image: number;
      size: number;
    }
  | {
      /** Pictures and texts are compared; counted in pictures, texts and blocks of pairs. */
      phase: 'score';
      completed: number;
      total: number;
    };

export type ReportProgress = (event: ProgressEvent) => void;

/**
 * A reporter that never throws: a mistake in the caller's `onProgress` must not cost a finished picture. The
 * first error, of an asynchronous function too, becomes a warning, and the function is not called again.
 */
export function guardProgress(
  onProgress: ReportProgress | undefined,
  warn: (message: string) => void,
): ReportProgress {
  let receiver = onProgress;
  const stopCalling = (error: unknown): void => {
    if (receiver === undefined) return;
    receiver = undefined;
    warn(`onProgress threw and is not called again: ${reasonOf(error)}`);
  };
  return (event) => {
    try {
      const returned: unknown = receiver?.(event);
      // A rejection that nobody catches would end the process.
      if (returned instanceof Promise) returned.catch(stopCalling);
    } catch (error) {
      stopCalling(error);
    }
  };
}
