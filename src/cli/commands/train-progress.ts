import type { RetrievalReport, TrainEvent } from '../../training/run/train-events.js';
import { duration } from '../duration.js';
import type { StatusLine } from '../status-line.js';

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** Tells on one line how training goes, and on lines that stay what it has written. */
export function showTraining(event: TrainEvent, status: StatusLine): void {
  switch (event.type) {
    case 'dataset':
      status.print(event.message);
      break;
    case 'data':
      status.update(event.message);
      break;
    case 'text-encoder-done':
      status.print(retrievalLine(event.retrieval));
      break;
    case 'warm-start':
      status.print(`${event.phase}: ${event.taken} of ${event.of} variables begin as in the run given`);
      break;
    case 'resume':
      status.print(`${event.phase}: going on after step ${event.step}`);
      break;
    case 'damaged-checkpoint':
      status.print(
        `${event.phase}: the checkpoint of step ${event.step} is damaged (${event.reason}); it lies at ${event.path} now, and the one before is taken`,
      );
      break;
    case 'config-changed':
      status.print(`${event.phase}: config.json now has another ${event.fields.join(', ')}`);
      break;
    case 'step':
      status.update(progress(event));
      break;
    case 'validation':
      status.print(`${event.phase}, step ${event.step}: ${numbers(event.metrics)}`);
      break;
    case 'best':
      status.print(`best so far ${event.path}`);
      break;
    case 'warning':
      status.print(
        `warning, ${event.phase}, step ${event.step}: ${event.warning.kind}: ${event.warning.message}`,
      );
      break;
    case 'sample':
      status.print(`sample grid ${event.path}`);
      break;
    case 'checkpoint':
      status.print(`checkpoint ${event.path}`);
      break;
  }
}

function retrievalLine({ train, test }: RetrievalReport): string {
  const held = test === undefined ? '' : `; of the held-out ones, ${percent(test)} among themselves`;
  return `text encoder: ${percent(train)} of the captions find their picture${held}`;
}

/** What matters most comes first: a narrow terminal cuts the end off. */
function progress({ phase, step, steps, losses, imagesPerSecond, secondsLeft }: StepEvent): string {
  const width = 8;
  const filled = Math.round((step / steps) * width);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
  const left = `${duration(secondsLeft)} left, ${imagesPerSecond.toFixed(0)} images/s`;
  // The terms of each size of picture are in the metrics.
  const sums = Object.entries(losses).filter(([name]) => !/\d$/.test(name));
  return `${phase} ${bar} ${step}/${steps} ${left}, ${numbers(Object.fromEntries(sums))}`;
}

function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `${name} ${Math.abs(value) < 0.1 ? Number(value.toPrecision(2)) : value.toFixed(2)}`,
    )
    .join(' ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
