/** So long the calls of a model may hold up the event loop at a time, in milliseconds. */
const TURN_MS = 4;

interface Turn {
  endsAt: number;
  /** Resolves in one of the next turns of the event loop. */
  over: Promise<void>;
}

/**
 * Shares the event loop among calls that are there at once and whatever else the thread does. Before each piece of
 * work a call asks to go on; where the calls have had their time, that is in one of the loop's next turns.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #going = false;
  #turn: Turn | undefined;

  /** Resolves when the caller may go on, one caller after the other in the order in which they asked. */
  next(): Promise<void> {
    const mayGoOn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#going) void this.#go();
    return mayGoOn;
  }

  async #go(): Promise<void> {
    this.#going = true;
    for (let resume = this.#waiting.shift(); resume !== undefined; resume = this.#waiting.shift()) {
      const { endsAt, over } = this.#turn ?? this.#begin();
      resume();
      // Whoever was let go on does its piece of work before the clock is read again.
      await undefined;
      if (performance.now() >= endsAt) await over;
    }
    this.#going = false;
  }

  #begin(): Turn {
    const over = nextTurnOfLoop().then(() => {
      this.#turn = undefined;
    });
    const turn = { endsAt: performance.now() + TURN_MS, over };
    this.#turn = turn;
    return turn;
  }
}

/**
 * In browsers, which have nothing like `setImmediate`, by a message, which costs ten times as much, rather than a timer:
 * those of a hidden tab are held back for seconds.
 */
function nextTurnOfLoop(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => void setImmediate(resolve));
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
