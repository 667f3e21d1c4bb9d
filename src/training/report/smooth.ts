import type { Series } from './read-metrics.js';

/** A point of a curve. */
export interface Point {
  step: number;
  value: number;
}

/** Share of a curve that its smoothed line looks back over. */
const WINDOW_SHARE = 0.02;

/**
 * The exponential moving average of a curve over about a fiftieth of its points, without the pull to 0 at the start
 * (divided by the weights so far). Curves of a few points stay as they are.
 */
export function smoothed({ steps, values }: Series): Point[] {
  const window = Math.max(1, values.length * WINDOW_SHARE);
  const decay = 1 - 1 / window;
  let sum = 0;
  let weight = 0;
  return values.map((value, index) => {
    sum = decay * sum + (1 - decay) * value;
    weight = decay * weight + (1 - decay);
    return { step: steps[index] ?? 0, value: sum / weight };
  });
}

/**
 * At most about `2 × buckets` points that look like all of them: of each stretch of steps its lowest and highest value, in
 * their order.
 */
export function thinned(points: readonly Point[], buckets: number): Point[] {
  if (points.length <= 2 * buckets) return [...points];
  const size = points.length / buckets;
  return Array.from({ length: buckets }, (_, bucket) =>
    extremes(points.slice(Math.floor(bucket * size), Math.floor((bucket + 1) * size))),
  ).flat();
}

function extremes(points: readonly Point[]): Point[] {
  let [low, high] = [points[0], points[0]];
  for (const point of points) {
    if (low === undefined || point.value < low.value) low = point;
    if (high === undefined || point.value > high.value) high = point;
  }
  if (low === undefined || high === undefined) return [];
  if (low === high) return [low];
  return low.step < high.step ? [low, high] : [high, low];
}
