import type { Preset, TrainingCase } from './cases.js';
import { type Measured, type Measurement, NOT_RUN } from './measure.js';

/** `<architecture>.<preset>`; `stackgan` is both stages together, as far as both were measured. */
export type Report = Record<string, Partial<Record<Preset, Measurement | StackganSummary>>>;

/** A picture through a step of Stage-I and one of Stage-II. */
interface StackganSummary {
  imagesPerSecond: number;
  vsPyTorch: Measured;
}

export function reportOf(results: readonly { case: TrainingCase; measurement: Measurement }[]): Report {
  const report: Report = {};
  const put = (name: string, preset: Preset, entry: Measurement | StackganSummary) => {
    report[name] = { ...report[name], [preset]: entry };
  };
  for (const each of results) put(each.case.name, each.case.preset, each.measurement);
  for (const { case: first, measurement: stage1 } of results) {
    const second = results.find(
      ({ case: other }) => other.name === 'stackgan-stage2' && other.preset === first.preset,
    );
    if (first.name === 'stackgan-stage1' && second !== undefined) {
      put('stackgan', first.preset, bothStages(stage1, second.measurement));
    }
  }
  return report;
}

function bothStages(stage1: Measurement, stage2: Measurement): StackganSummary {
  const stages = [stage1, stage2];
  const secondsOf = (milliseconds: readonly number[]) =>
    milliseconds.reduce((sum, each, index) => sum + each / 1000 / (stages[index]?.batch ?? 1), 0);
  const ours = secondsOf(stages.map(({ medianMs }) => medianMs.ours));
  const theirs = stages.map(({ medianMs }) => medianMs.pytorch).filter((each) => each !== NOT_RUN);
  const wasRun = theirs.length === stages.length;
  return { imagesPerSecond: 1 / ours, vsPyTorch: wasRun ? secondsOf(theirs) / ours : NOT_RUN };
}

const COLUMNS = [
  'batch',
  'images/s',
  'ms',
  'PyTorch',
  'ratio',
  'CPU ms',
  'PyTorch',
  'ratio',
  'MiB',
  'PyTorch',
  'fed',
  'waits %',
];

export function tableHead(): string {
  return row('', COLUMNS);
}

export function tableRow({ name, preset }: TrainingCase, measurement: Measurement): string {
  const { batch, imagesPerSecond, vsPyTorch, vsPyTorchCpu, medianMs, medianCpuMs } = measurement;
  const { ours, pytorch } = measurement.peakResidentBytes;
  const { vsAtHand, waitShare } = measurement.fromFiles;
  return row(`${name}.${preset}`, [
    String(batch),
    figure(imagesPerSecond, 2),
    figure(medianMs.ours, 0),
    figure(medianMs.pytorch, 0),
    figure(vsPyTorch, 2),
    figure(medianCpuMs.ours, 0),
    figure(medianCpuMs.pytorch, 0),
    figure(vsPyTorchCpu, 2),
    figure(ours / 2 ** 20, 0),
    figure(pytorch === NOT_RUN ? NOT_RUN : pytorch / 2 ** 20, 0),
    figure(vsAtHand, 2),
    figure(waitShare === NOT_RUN ? NOT_RUN : 100 * waitShare, 1),
  ]);
}

function figure(value: Measured, digits: number): string {
  return value === NOT_RUN ? NOT_RUN : value.toFixed(digits);
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(22) + cells.map((cell) => cell.padStart(9)).join('');
}
