import type { WriteStream } from 'node:tty';

/** How often a line is repeated where it cannot be overwritten, as in a log file. */
const LOG_INTERVAL_MS = 10_000;

/** One line that is overwritten as work goes on; in a file or a pipe, a line every ten seconds. */
export class StatusLine {
  /** Quick work needs no line in a log. */
  private lastLogMs = performance.now();
  private shown = false;

  constructor(private readonly stream: WriteStream | NodeJS.WriteStream) {}

  update(text: string): void {
    if (this.stream.isTTY) {
      const columns = this.stream.columns ?? 80;
      this.stream.write(`\r\u001b[2K${text.slice(0, columns - 1)}`);
      this.shown = true;
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.lastLogMs < LOG_INTERVAL_MS) return;
    this.lastLogMs = nowMs;
    this.stream.write(`${text}\n`);
  }

  /** A line that stays. */
  print(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
  }

  end(): void {
    if (this.shown) this.stream.write('\n');
    this.shown = false;
  }

  private clear(): void {
    if (this.shown) this.stream.write('\r\u001b[2K');
    this.shown = false;
  }
}
