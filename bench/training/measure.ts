import type { TrainingCase } from './cases.js';
import { type Run, type Side, startOurs, startPyTorch } from './side.js';

export const NOT_RUN = 'not run';
export type Measured = number | typeof NOT_RUN;

export interface Measurement {
  batch: number;
  /** Of the median step. */
  imagesPerSecond: number;
  /** Our rate over PyTorch's, by the clock: above 1 we are faster. */
  vsPyTorch: Measured;
  /** The same by the processor time that a step takes, which other programs disturb less. */
  vsPyTorchCpu: Measured;
  medianMs: { ours: number; pytorch: Measured };
  medianCpuMs: { ours: number; pytorch: Measured };
  peakResidentBytes: { ours: number; pytorch: Measured };
  /** With pictures decoded from files by threads, as in a run with a large data set. */
  fromFiles: FromFiles;
}

export interface FromFiles {
  /** The rate over that with pictures at hand. */
  vsAtHand: Measured;
  /** Time spent waiting for pictures over all time. */
  waitShare: Measured;
}

export interface MeasureOptions {
  steps: number;
  threads: number;
  /** Undefined: PyTorch is not run. */
  python: string | undefined;
}

/** Each side in its own process, a step of one after a step of the other. The first steps count for nothing. */
export async function measure(
  trainingCase: TrainingCase,
  { steps, threads, python }: MeasureOptions,
): Promise<Measurement> {
  const ours = await startOurs(trainingCase, threads);
  const pytorch = python === undefined ? undefined : await startPyTorch(python, trainingCase, threads);
  const sides = pytorch === undefined ? [ours] : [ours, pytorch];
  try {
    for (const side of sides) await side.run(1);
    const hasPictures = trainingCase.name !== 'damsm';
    if (hasPictures) await ours.run(1, 'from files');
    const fed: Run[] = [];
    const runs = new Map<Side, Run[]>(sides.map((side) => [side, []]));
    for (let step = 0; step < steps; step++) {
      for (const side of sides) runs.get(side)?.push(await side.run(1));
      if (hasPictures) fed.push(await ours.run(1, 'from files'));
    }
    return summary(
      trainingCase.batch,
      runs.get(ours) ?? [],
      pytorch === undefined ? undefined : runs.get(pytorch),
      fed,
    );
  } finally {
    for (const side of sides) side.close();
  }
}

function summary(
  batch: number,
  ours: readonly Run[],
  pytorch: readonly Run[] | undefined,
  fed: readonly Run[],
): Measurement {
  const both = (of: (runs: readonly Run[]) => number) => ({
    ours: of(ours),
    pytorch: pytorch === undefined ? (NOT_RUN as Measured) : of(pytorch),
  });
  const medianMs = both((runs) => median(runs.flatMap(({ wallMs }) => wallMs)));
  const medianCpuMs = both((runs) => median(runs.flatMap(({ cpuMs }) => cpuMs)));
  return {
    batch,
    imagesPerSecond: (1000 * batch) / medianMs.ours,
    vsPyTorch: ratio(medianMs),
    vsPyTorchCpu: ratio(medianCpuMs),
    medianMs,
    medianCpuMs,
    peakResidentBytes: both((runs) => Math.max(...runs.map(({ peakResidentBytes }) => peakResidentBytes))),
    fromFiles: fromFiles(fed, medianMs.ours),
  };
}

function fromFiles(fed: readonly Run[], atHandMs: number): FromFiles {
  if (fed.length === 0) return { vsAtHand: NOT_RUN, waitShare: NOT_RUN };
  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  const walls = fed.flatMap(({ wallMs }) => wallMs);
  return {
    vsAtHand: atHandMs / median(walls),
    waitShare: total(fed.flatMap(({ waitMs }) => waitMs)) / total(walls),
  };
}

function ratio({ ours, pytorch }: { ours: number; pytorch: Measured }): Measured {
  return pytorch === NOT_RUN ? NOT_RUN : pytorch / ours;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
