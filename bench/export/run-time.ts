/** What one run took. */
export interface RunTime {
  wallMs: number;
  /** Of all threads, those included that wait in a loop for work; not what other processes take. */
  cpuMs: number;
}

export async function timed(run: () => Promise<unknown>): Promise<RunTime> {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await run();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
