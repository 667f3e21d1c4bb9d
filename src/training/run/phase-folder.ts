import { join } from 'node:path';

/** Where a phase of a run keeps what it writes as it goes. */
export class PhaseFolder {
  readonly checkpoints: string;
  readonly samples: string;
  readonly metrics: string;

  constructor(readonly path: string) {
    this.checkpoints = join(path, 'checkpoints');
    this.samples = join(path, 'samples');
    this.metrics = join(path, 'metrics.jsonl');
  }
}
