import { WordbrushError } from '../errors.js';

/** Keeps what is in use from being released under it. */
export class Usage {
  readonly #underWay = new Set<Promise<unknown>>();
  #release: Promise<void> | undefined;

  /** @throws WordbrushError DISPOSED after `end()`. */
  requireUsable(): void {
    if (this.#release !== undefined) {
      throw new WordbrushError('DISPOSED', 'Expected a model in use, received one after dispose().', {
        hint: 'Load the model again with loadModel().',
      });
    }
  }

  /** What a call does, to be waited for before anything is released. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** Ends the usage: releases once everything under way has ended. May be called again. */
  end(release: () => Promise<void>): Promise<void> {
    this.#release ??= this.#waitAndRelease(release);
    return this.#release;
  }

  async #waitAndRelease(release: () => Promise<void>): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.allSettled(this.#underWay);
    }
    await release();
  }
}
