import type { Worker } from 'node:worker_threads';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { startThread } from '../../../sdk/runtime/node/start-thread.js';
import { type DecodeAnswer, type DecodeRequest, END_OF_DECODING } from './decoder-messages.js';

interface Pending {
  resolve(answer: DecodeAnswer): void;
  reject(error: Error): void;
}

/** One thread that decodes pictures in the order in which it is asked. It keeps the process alive only while it works. */
export class DecoderThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #lost: WordbrushError | undefined;

  constructor() {
    this.#worker = startThread(new URL('./decoder-entry.js', import.meta.url));
    this.#worker.unref();
    this.#worker.on('message', (answer: DecodeAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#lose(`it failed: ${reasonOf(error)}`));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#lose(`it ended with code ${code}`);
        resolve();
      });
    });
  }

  /** Pictures that it has yet to decode. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** @throws WordbrushError WORKER_LOST */
  decode(request: Omit<DecodeRequest, 'id'>): Promise<DecodeAnswer> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, ...request } satisfies DecodeRequest);
    });
  }

  /** Lets the thread end by itself: ended from outside while it is inside sharp, it may take the process along. */
  close(): Promise<void> {
    this.#lose('it was ended');
    this.#worker.ref();
    this.#worker.postMessage(END_OF_DECODING);
    return this.#ended;
  }

  #settle(answer: DecodeAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0 && this.#lost === undefined) this.#worker.unref();
    pending?.resolve(answer);
  }

  #lose(reason: string): void {
    this.#lost ??= new WordbrushError(
      'WORKER_LOST',
      `Expected a thread that decodes pictures to go on; ${reason}.`,
      { hint: 'Go on from the last checkpoint with --resume.' },
    );
    for (const { reject } of this.#pending.values()) reject(this.#lost);
    this.#pending.clear();
  }
}
