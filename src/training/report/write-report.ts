import { join } from 'node:path';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { readRun } from './read-run.js';
import { reportPage } from './report-page.js';

export interface WriteReportOptions {
  /** Folder of a training run, finished or not. */
  run: string;
  /** The page. @default report.html in the run's folder */
  out?: string | undefined;
  /** Results of an evaluation. @default evaluation.json in the run's folder, where it is */
  evaluation?: string | undefined;
}

/**
 * Writes what a run has come to as one HTML page that needs no network: curves, sample grids over time, warnings, settings,
 * data, final metrics.
 * @returns the path of the page.
 * @throws WordbrushError CHECKPOINT_INVALID for a folder without a run, CONFIG_INVALID, FILE_MISSING, INVALID_OPTION,
 * IMAGE_INVALID, OUTPUT_NOT_WRITABLE
 */
export async function writeReport(options: WriteReportOptions): Promise<string> {
  const { run, out = join(run, 'report.html'), evaluation } = options;
  await writeWholeFile(out, reportPage(await readRun(run, evaluation)));
  return out;
}
