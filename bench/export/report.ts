import type { ArchitectureReport } from '../export.js';
import { type Measurement, NOT_RUN } from './measure.js';

type Measured = number | typeof NOT_RUN;

/** Writes one table of all architectures and batches, and what is to be said of each architecture below. */
export function printTable(
  report: Readonly<Record<string, ArchitectureReport | undefined>>,
  { threads, rounds }: { threads: number; rounds: number },
): void {
  console.log(
    `ONNX Runtime and PyTorch on ${threads} threads; medians of ${rounds} rounds in turns, milliseconds.\n`,
  );
  console.log(
    row([
      '',
      'ours',
      'no passes',
      'eager',
      'torch.onnx',
      'floor',
      '×none',
      '×eager',
      '×torch.onnx',
      '/floor',
    ]),
  );
  for (const [architecture, results] of Object.entries(report)) {
    if (results === undefined) continue;
    console.log(measurementRow(architecture, results));
    for (const [key, measurement] of Object.entries(results)) {
      if (/^batch\d+$/.test(key)) console.log(measurementRow(`  ${key}`, measurement as Measurement));
    }
  }
  for (const [architecture, results] of Object.entries(report)) {
    if (results !== undefined) printNotes(architecture, results);
  }
}

function measurementRow(name: string, measurement: Measurement): string {
  const { medianMs, floorMs, vsUnoptimised, vsPyTorchEager, vsPyTorchOnnx, overFloor } = measurement;
  const { ours, unoptimised, pytorchEager, pytorchOnnx } = medianMs;
  const times = [ours, unoptimised, pytorchEager, pytorchOnnx, floorMs].map((value) => number(value, 0));
  const ratios = [vsUnoptimised, vsPyTorchEager, vsPyTorchOnnx, overFloor].map((value) => number(value, 2));
  return row([name, ...times, ...ratios]);
}

function printNotes(architecture: string, results: ArchitectureReport): void {
  const {
    multiplyAdds,
    probeRate,
    peakRate,
    difference,
    session,
    missedGoals,
    medianCpuMs,
    profile = {},
  } = results;
  console.log(`\n${architecture}`);
  console.log(
    `  ${(multiplyAdds / 1e9).toFixed(2)} G multiply-adds; the machine did ${probeRate.toFixed(0)} G/s between the runs, ${peakRate.toFixed(0)} at best`,
  );
  const cpu = Object.values(medianCpuMs).map((value) => number(value, 0));
  console.log(
    `  CPU time of all threads, ms: ours ${cpu[0]}, no passes ${cpu[1]}, eager ${cpu[2]}, torch.onnx ${cpu[3]}`,
  );
  const { ours, pytorchOnnx } = session;
  const cost = ({ createMs, peakBytes }: { createMs: number; peakBytes: number }) =>
    `${createMs.toFixed(0)} ms, ${(peakBytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `  session and two runs: ${cost(ours)}; of PyTorch's export ${pytorchOnnx === NOT_RUN ? NOT_RUN : cost(pytorchOnnx)}`,
  );
  if (difference !== NOT_RUN)
    console.log(`  pixels differ from PyTorch's by ${difference.toExponential(1)} at most`);
  console.log(`  missed goals: ${missedGoals.join('; ') || 'none'}`);
  for (const [operator, share] of Object.entries(profile).slice(0, 6)) {
    console.log(`    ${operator.padEnd(16)} ${(100 * share).toFixed(1)} %`);
  }
}

function number(value: Measured, digits: number): string {
  return value === NOT_RUN ? NOT_RUN : value.toFixed(digits);
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(14) + cells.map((cell) => cell.padStart(12)).join('');
}
