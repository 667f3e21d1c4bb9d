/** How much more memory the process holds after some work than before, in bytes; garbage counts. */
export function temporaryChange(work: () => void): number {
  const before = process.memoryUsage.rss();
  work();
  return process.memoryUsage.rss() - before;
}
