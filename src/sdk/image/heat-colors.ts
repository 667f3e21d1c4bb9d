/** Red, green and blue, 0 to 255, of black-body colours from none to all. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [0, 0, 40],
  [90, 0, 110],
  [200, 40, 60],
  [250, 150, 20],
  [255, 250, 190],
];

/** The colour of a share from 0 to 1. */
export function heatColor(share: number): [red: number, green: number, blue: number] {
  const place = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const index = Math.min(Math.floor(place), STOPS.length - 2);
  const [from, to] = [STOPS[index] ?? [0, 0, 0], STOPS[index + 1] ?? [0, 0, 0]];
  const weight = place - index;
  const mix = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * weight;
  return [mix(0), mix(1), mix(2)];
}
