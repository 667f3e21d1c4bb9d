/**
 * Does what was asked for last: while one request is at work the next waits, and those between are dropped. The work
 * looks at `isLatest` between its steps, and ends early when it is not.
 */
export class LatestOnly<Request> {
  readonly #work: (request: Request, isLatest: () => boolean) => Promise<void>;
  #next: Request | undefined;
  #running: Promise<void> | undefined;

  constructor(work: (request: Request, isLatest: () => boolean) => Promise<void>) {
    this.#work = work;
  }

  ask(request: Request): Promise<void> {
    this.#next = request;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      const request = this.#next;
      this.#next = undefined;
      await this.#work(request, () => this.#next === undefined);
    }
  }
}
