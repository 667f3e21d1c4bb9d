import type { DryRun } from '../../training/run/dry-run.js';
import { alignColumns } from '../align-columns.js';
import { duration } from '../duration.js';

/** What a run would cost, as two tables. */
export function describeCost({ groups, phases, peakMemoryBytes }: DryRun): string {
  const models = [
    ['', 'parameters', 'multiply-adds', 'weights', 'activations'],
    ...groups.flatMap(({ name, parts, total }) =>
      [...parts.map((part) => ({ ...part, name: `${name}: ${part.name}` })), { ...total, name }].map(
        (row) => [
          row.name,
          row.parameters.toLocaleString('en'),
          `${(row.multiplyAdds / 1e9).toFixed(3)} G`,
          megabytes(row.weightBytes),
          megabytes(row.activationBytes),
        ],
      ),
    ),
  ];
  const times = [
    ['', 'steps', 'seconds a step', 'images/s', 'in all'],
    ...phases.map(({ name, steps, secondsPerStep, imagesPerSecond }) => [
      name,
      steps.toLocaleString('en'),
      secondsPerStep.toFixed(2),
      imagesPerSecond.toFixed(1),
      duration(steps * secondsPerStep),
    ]),
  ];
  const total = phases.reduce((sum, { steps, secondsPerStep }) => sum + steps * secondsPerStep, 0);
  return `${alignColumns(models)}

${alignColumns(times)}

${duration(total)} on this machine, without samples and checkpoints; ${megabytes(peakMemoryBytes)} of memory at most so far.
Multiply-adds and activations are those of one picture; a training step holds the activations of a whole batch.`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
