import { join } from 'node:path';
import type { LossNumbers } from '../../losses/loss-numbers.js';
import { EventLog } from './event-log.js';
import type { EventImage } from './event-message.js';

/** What TensorBoard shows of a step, by section. */
export interface StepNumbers {
  losses: LossNumbers;
  /** By what they move: `generator`, `discriminator`. */
  learningRates: LossNumbers;
  imagesPerSecond: number;
  /** Of a validation, where there was one. */
  validation: LossNumbers;
  /** Measures of samples, where some were drawn. */
  samples: LossNumbers;
}

/** The TensorBoard log of a phase: a folder of its own, which TensorBoard shows as a run. */
export class PhaseLog {
  private constructor(private readonly events: EventLog) {}

  /** @param phase its name, `stage 1`; spaces become hyphens. @throws WordbrushError OUTPUT_NOT_WRITABLE */
  static async open(logs: string, phase: string, afterStep: number): Promise<PhaseLog> {
    return new PhaseLog(await EventLog.open(join(logs, phase.replaceAll(' ', '-')), afterStep));
  }

  /** @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async step(step: number, numbers: StepNumbers): Promise<void> {
    const { losses, learningRates, imagesPerSecond, validation, samples } = numbers;
    const isAccuracy = (name: string) => name.startsWith('accuracy');
    const entries = Object.entries(losses);
    const values = {
      ...named('loss', Object.fromEntries(entries.filter(([name]) => !isAccuracy(name)))),
      ...named('discriminator', Object.fromEntries(entries.filter(([name]) => isAccuracy(name)))),
      ...named('learningRate', learningRates),
      ...named('validation', validation),
      ...named('samples', samples),
      'speed/imagesPerSecond': imagesPerSecond,
    };
    await this.events.scalars(step, values);
  }

  /** @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async pictures(step: number, images: readonly EventImage[]): Promise<void> {
    await this.events.images(step, images);
  }

  async close(): Promise<void> {
    await this.events.close();
  }
}

function named(section: string, numbers: LossNumbers): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`${section}/${name}`, value]));
}
