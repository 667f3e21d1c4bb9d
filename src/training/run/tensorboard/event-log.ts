import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { makeFolder } from '../../../sdk/runtime/node/make-folder.js';
import { type EventContent, type EventImage, eventMessage } from './event-message.js';
import { tfRecord } from './tf-record.js';

/** A TensorBoard event file: one for each time that a phase is begun or gone on with. */
export class EventLog {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * A new file in `folder`, which is made. TensorBoard then forgets what older files there say of steps after `afterStep`:
   * a resumed run takes them again.
   * @throws WordbrushError OUTPUT_NOT_WRITABLE
   */
  static async open(folder: string, afterStep: number): Promise<EventLog> {
    const milliseconds = String(Date.now());
    const [seconds, rest] = [milliseconds.slice(0, -3), milliseconds.slice(-3)];
    // TensorBoard reads the files of a folder in the order of their names: by time, to the millisecond.
    const name = `events.out.tfevents.${seconds}.${rest}.${hostname()}.${process.pid}`;
    const path = join(folder, name);
    try {
      await makeFolder(folder);
      const log = new EventLog(path, await open(path, 'a'));
      await log.write(0, { kind: 'version' });
      if (afterStep > 0) await log.write(afterStep + 1, { kind: 'start' });
      return log;
    } catch (cause) {
      throw cause instanceof WordbrushError ? cause : notWritable(path, cause);
    }
  }

  /** Values that are no numbers are left out. @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const finite = Object.entries(values).filter(([, value]) => Number.isFinite(value));
    await this.write(step, { kind: 'scalars', values: Object.fromEntries(finite) });
  }

  /** @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async images(step: number, images: readonly EventImage[]): Promise<void> {
    await this.write(step, { kind: 'images', images });
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async write(step: number, content: EventContent): Promise<void> {
    try {
      await this.file.writeFile(tfRecord(eventMessage(step, Date.now() / 1000, content)));
    } catch (cause) {
      throw notWritable(this.path, cause);
    }
  }
}

function notWritable(path: string, cause: unknown): WordbrushError {
  return new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${path}: ${reasonOf(cause)}.`, {
    cause,
    hint: 'Make room or mend the folder, and go on with --resume from the last checkpoint.',
    details: { path },
  });
}
