/**
 * Milliseconds that this process computes for some work: other programs of a busy machine do not count, as they do on
 * the clock.
 */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
