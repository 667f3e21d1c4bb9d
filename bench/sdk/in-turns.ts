export interface Times {
  medianMs: number;
  /** The fifth percentile: what else a machine does only ever adds. */
  undisturbedMs: number;
}

/** Two pieces of work that took turns, and the median of what the first took beyond the second in the same turn. */
export interface InTurns {
  first: Times;
  second: Times;
  beyondMs: number;
}

/**
 * Times two pieces of work in turns, each going first every other time, so that what else the machine does falls on
 * both.
 */
export async function inTurns(
  first: (round: number) => Promise<unknown>,
  second: (round: number) => Promise<unknown>,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<InTurns> {
  const firstMs: number[] = [];
  const secondMs: number[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const turns = [() => timed(first, round, firstMs), () => timed(second, round, secondMs)];
    if (round % 2 === 1) turns.reverse();
    for (const turn of turns) await turn();
  }
  const kept = [firstMs, secondMs].map((times) => times.slice(warmUp));
  const [a = [], b = []] = kept;
  return {
    first: timesOf(a),
    second: timesOf(b),
    beyondMs: median(a.map((time, round) => time - (b[round] ?? Number.NaN))),
  };
}

async function timed(
  work: (round: number) => Promise<unknown>,
  round: number,
  times: number[],
): Promise<void> {
  const started = performance.now();
  await work(round);
  times.push(performance.now() - started);
}

function timesOf(times: readonly number[]): Times {
  return { medianMs: median(times), undisturbedMs: quantile(times, 0.05) };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
