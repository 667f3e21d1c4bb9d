import { startEagerPyTorch } from './eager-pytorch.js';
import type { Architecture } from './generators.js';
import { openProbe } from './peak.js';
import type { Prepared } from './prepare.js';
import { multiplyAdds } from './profile.js';
import { median, type RunTime } from './run-time.js';
import { largestDifference, openRunner } from './sessions.js';

/** What is timed against what, ours first. */
export const CONTENDERS = ['ours', 'unoptimised', 'pytorchEager', 'pytorchOnnx'] as const;
export type Contender = (typeof CONTENDERS)[number];

export const NOT_RUN = 'not run';
type Measured = number | typeof NOT_RUN;

export interface Measurement {
  /** How many times as fast ours is, wall clock. */
  vsUnoptimised: Measured;
  vsPyTorchEager: Measured;
  vsPyTorchOnnx: Measured;
  medianMs: Record<Contender, Measured>;
  /** CPU time of all threads: what other processes take is not in it, waiting threads are. */
  medianCpuMs: Record<Contender, Measured>;
  /** Products of a run of ours. */
  multiplyAdds: number;
  /** What the probes reached between the runs, billions of multiply-adds a second: median, and best. */
  probeRate: number;
  peakRate: number;
  /** The multiply-adds at the probes' median rate, and how many times as long ours takes. */
  floorMs: number;
  overFloor: number;
  /** Between our pictures and PyTorch's, of one set of weights and inputs. */
  difference: Measured;
}

/** Pictures in [-1, 1] of two exporters that differ by more than this are of two different networks. */
const TOLERANCE = 1e-3;
const WARM_UP_ROUNDS = 2;
const PAUSE_MS = 250;

export interface MeasureOptions {
  batch: number;
  threads: number;
  rounds: number;
  withPyTorch: boolean;
}

/** Times all in turns, so that what else the machine does falls on each. */
export async function measure(
  architecture: Architecture,
  files: Prepared,
  { batch, threads, rounds, withPyTorch }: MeasureOptions,
): Promise<Measurement> {
  const ours = await openRunner(files.ours, batch, threads);
  const unoptimised = await openRunner(files.unoptimised, batch, threads);
  const pytorchOnnx =
    files.pytorch === undefined ? undefined : await openRunner(files.pytorch, batch, threads);
  const eager = withPyTorch ? await startEagerPyTorch(architecture, batch, threads) : undefined;
  const probe = await openProbe(threads);
  const runners = { ours, unoptimised, pytorchEager: eager, pytorchOnnx };
  const times: Record<Contender, RunTime[]> = {
    ours: [],
    unoptimised: [],
    pytorchEager: [],
    pytorchOnnx: [],
  };
  const rates: number[] = [];
  try {
    const difference = pytorchOnnx === undefined ? NOT_RUN : await largestDifference(ours, pytorchOnnx);
    if (typeof difference === 'number' && !(difference < TOLERANCE)) {
      throw new Error(
        `Expected ${architecture} to draw what PyTorch draws, but pixels differ by ${difference}.`,
      );
    }
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      await pause();
      const rate = await probe.run();
      for (const contender of CONTENDERS) {
        await pause();
        const time = await runners[contender]?.run();
        if (round >= WARM_UP_ROUNDS && time !== undefined) times[contender].push(time);
      }
      if (round >= WARM_UP_ROUNDS) rates.push(rate);
    }
    return summarise(times, rates, await multiplyAdds(files.ours, batch), difference);
  } finally {
    for (const runner of [ours, unoptimised, pytorchOnnx, probe]) await runner?.release();
    eager?.close();
  }
}

/** Threads of ONNX Runtime and of OpenMP go on turning for a while after a run, and would take the next one's cores. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

function summarise(
  times: Record<Contender, RunTime[]>,
  rates: readonly number[],
  products: number,
  difference: Measured,
): Measurement {
  const medians = (unit: keyof RunTime) => {
    const of = (contender: Contender): Measured =>
      times[contender].length === 0 ? NOT_RUN : median(times[contender].map((time) => time[unit]));
    return {
      ours: of('ours'),
      unoptimised: of('unoptimised'),
      pytorchEager: of('pytorchEager'),
      pytorchOnnx: of('pytorchOnnx'),
    };
  };
  const medianMs = medians('wallMs');
  const oursMs = Number(medianMs.ours);
  const ratio = (other: Measured): Measured => (other === NOT_RUN ? NOT_RUN : other / oursMs);
  const floorMs = products / median(rates) / 1e6;
  return {
    vsUnoptimised: ratio(medianMs.unoptimised),
    vsPyTorchEager: ratio(medianMs.pytorchEager),
    vsPyTorchOnnx: ratio(medianMs.pytorchOnnx),
    medianMs,
    medianCpuMs: medians('cpuMs'),
    multiplyAdds: products,
    probeRate: median(rates),
    peakRate: Math.max(...rates),
    floorMs,
    overFloor: oursMs / floorMs,
    difference,
  };
}
