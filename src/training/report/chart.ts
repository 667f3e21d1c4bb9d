import { escapeHtml } from './escape-html.js';
import type { Series } from './read-metrics.js';
import { type Point, smoothed, thinned } from './smooth.js';

const WIDTH = 640;
const HEIGHT = 220;
const MARGIN = { left: 52, right: 8, top: 8, bottom: 28 };
/** As many as there are colours in the style. */
export const SERIES_COLORS = 6;
const BUCKETS = 300;
/** A number under the axis is this near to the right side where it would not fit in the middle. */
const EDGE = 24;
/** Of all values the outermost two in a hundred may stick out of the chart, so that one wild step does not flatten it. */
const OUTLIERS = 0.01;

interface Scale {
  least: number;
  most: number;
}

/** Curves over steps as an SVG: smoothed lines, with what they were smoothed from behind them. */
export function chart(series: readonly Series[]): string {
  const steps = series.flatMap(({ steps: all }) => [all[0] ?? 0, all.at(-1) ?? 0]);
  const x = { least: Math.min(...steps), most: Math.max(...steps) };
  const y = valueScale(series);
  const curves = series.map((one, index) => curve(one, x, y, index % SERIES_COLORS)).join('');
  const label = `Curves of ${series.map(({ name }) => name).join(', ')} over ${x.most} steps`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">
<svg x="${MARGIN.left}" y="${MARGIN.top}" width="${plotWidth}" height="${plotHeight}" viewBox="0 0 ${plotWidth} ${plotHeight}">${curves}</svg>
${axes(x, y)}
</svg>
${legend(series)}`;
}

const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;

function curve(series: Series, x: Scale, y: Scale, color: number): string {
  const line = (points: readonly Point[]) =>
    thinned(points, BUCKETS)
      .map(
        ({ step, value }) =>
          `${place(step, x, plotWidth)},${round(plotHeight - place(value, y, plotHeight))}`,
      )
      .join(' ');
  const raw = series.steps.map((step, index) => ({ step, value: series.values[index] ?? 0 }));
  const isSmooth = raw.length < 2 / 0.02;
  const behind = isSmooth ? '' : `<polyline class="raw c${color}" points="${line(raw)}"/>`;
  const [only] = raw.length === 1 ? raw : [];
  if (only !== undefined) {
    const [left, top] = [place(only.step, x, plotWidth), plotHeight - place(only.value, y, plotHeight)];
    return `<circle class="dot c${color}" cx="${left}" cy="${round(top)}" r="3"/>`;
  }
  return `${behind}<polyline class="line c${color}" points="${line(smoothed(series))}"/>`;
}

function axes(x: Scale, y: Scale): string {
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const rows = ticks(y, 5).map((value) => {
    const top = round(bottom - place(value, y, plotHeight));
    return `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${top}" y2="${top}"/><text x="${MARGIN.left - 6}" y="${top + 4}" text-anchor="end">${short(value)}</text>`;
  });
  const columns = ticks(x, 5).map((value) => {
    const left = round(MARGIN.left + place(value, x, plotWidth));
    // At the edge half of a long number would be cut off.
    const anchor = left > right - EDGE ? 'end' : 'middle';
    return `<text x="${left}" y="${bottom + 20}" text-anchor="${anchor}">${short(value)}</text>`;
  });
  return [...rows, ...columns].join('');
}

function legend(series: readonly Series[]): string {
  const entries = series.map((one, index) => {
    const last = smoothed(one).at(-1)?.value ?? 0;
    return `<li><span class="key c${index % SERIES_COLORS}"></span>${escapeHtml(one.name)} <b>${short(last)}</b></li>`;
  });
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function valueScale(series: readonly Series[]): Scale {
  const values = series.flatMap((one) => one.values).sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  const [least, most] = values.length < 100 ? [at(0), at(1)] : [at(OUTLIERS), at(1 - OUTLIERS)];
  const room = (most - least || Math.abs(most) || 1) * 0.06;
  return { least: least - room, most: most + room };
}

function place(value: number, { least, most }: Scale, length: number): number {
  return round(most > least ? ((value - least) / (most - least)) * length : length / 2);
}

/** Round numbers inside of a scale, about `count` of them. */
export function ticks({ least, most }: Scale, count: number): number[] {
  const range = most - least;
  if (!(range > 0)) return [least];
  const power = 10 ** Math.floor(Math.log10(range / count));
  const step = ([1, 2, 5].find((times) => range / (times * power) <= count) ?? 10) * power;
  const first = Math.ceil(least / step);
  const last = Math.floor(most / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** A number in few characters. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`;
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
