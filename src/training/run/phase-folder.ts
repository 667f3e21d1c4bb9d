import { join } from 'node:path';

/** Where a phase of a run keeps what it writes as it goes. */
export class PhaseFolder {
  readonly checkpoints: string;
  readonly samples: string;
  readonly metrics: string;
  /** What was set otherwise on the way. */
  readonly settings: string;

  /** @param logs where TensorBoard's files go, a folder a phase. */
  constructor(
    readonly path: string,
    readonly logs: string,
  ) {
    this.checkpoints = join(path, 'checkpoints');
    this.samples = join(path, 'samples');
    this.metrics = join(path, 'metrics.jsonl');
    this.settings = join(path, 'settings.jsonl');
  }
}
