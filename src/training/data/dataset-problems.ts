import { WordbrushError } from '../../sdk/errors.js';

/** A place in a data set. */
export interface DatasetPlace {
  path: string;
  /** Line of the file, or row or entry of it, from 1. */
  line?: number | undefined;
}

/** Something wrong with a data set. */
export interface DatasetProblem extends DatasetPlace {
  /** `error`: training refuses the data set. `warning`: something was left out or mended. */
  severity: 'error' | 'warning';
  message: string;
}

/** What is wrong with a data set: the first error is thrown, or all are kept, for a report. */
export class ProblemLog {
  readonly problems: DatasetProblem[] = [];

  /** @param throws whether an error ends the reading. */
  constructor(readonly throws: boolean) {}

  /** @throws WordbrushError DATASET_INVALID where errors are thrown. */
  error(place: DatasetPlace, message: string, cause?: unknown): void {
    if (this.throws) {
      const hint = `Correct ${place.line === undefined ? 'it' : 'the line'} or remove it.`;
      throw new WordbrushError('DATASET_INVALID', `${describePlace(place)}: ${message}.`, {
        hint,
        cause,
        details: { ...place },
      });
    }
    this.problems.push({ severity: 'error', ...place, message });
  }

  warn({ path, line }: DatasetPlace, message: string): void {
    this.problems.push({ severity: 'warning', path, line, message });
  }
}

/** `path:line` */
export function describePlace({ path, line }: DatasetPlace): string {
  return line === undefined ? path : `${path}:${line}`;
}
