import { short } from './chart.js';

/** Every number, text and switch inside of a value with the names that lead to it: `kernelDistance: mean`. */
export function factRows(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'number')
    return [[label(path), Number.isInteger(value) ? String(value) : short(value)]];
  if (typeof value === 'string' || typeof value === 'boolean') return [[label(path), String(value)]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => factRows(inner, [...path, name]));
}

function label(path: readonly string[]): string {
  const words = path.map((name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());
  return words.join(': ');
}
