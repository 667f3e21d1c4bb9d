import type { ModelInfo, Timings } from 'wordbrush';
import { byId } from './elements.js';

const list = byId('numbers', HTMLDListElement);

/** Shows what ran where, for how long and in how much memory. */
export function showNumbers(
  info: ModelInfo,
  { drawMs, timings }: { drawMs: number; timings: Timings },
): void {
  const rows: [string, string][] = [
    ['Model', `${info.name} (${info.architecture}), weights as ${info.precision}`],
    ['Device', [info.device, info.adapter].filter(Boolean).join(', ')],
    ...info.passedOver.map(({ device, message }): [string, string] => [`Why not ${device}`, message]),
    ...info.notes.map((note): [string, string] => ['Note', note]),
    ['This picture', `${drawMs.toFixed(1)} ms, all stages and the text`],
    ['The same again, warm', `${mean(timings.imageMs).toFixed(1)} ms`],
    ['Reading the sentence', `${timings.textMs.toFixed(1)} ms`],
    ['Training data', `${info.training.dataset}, ${info.training.licence}`],
  ];
  list.replaceChildren(...rows.map(([name, value]) => numberRow(name, value)));
  const memory = numberRow('Memory', describeHeap());
  list.append(memory);
  // It takes the browser some seconds.
  void measureWhole().then((bytes) => {
    if (bytes === undefined) return;
    memory.replaceWith(numberRow('Memory', `${megabytes(bytes)} MB, ONNX Runtime and its worker included`));
  });
}

function numberRow(name: string, value: string): HTMLDivElement {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  term.textContent = name;
  description.textContent = value;
  row.append(term, description);
  return row;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** The memory of the page alone, which only Chromium tells. */
function describeHeap(): string {
  const memory: unknown = Reflect.get(performance, 'memory');
  const used: unknown = memory instanceof Object ? Reflect.get(memory, 'usedJSHeapSize') : undefined;
  return typeof used === 'number'
    ? `${megabytes(used)} MB, without ONNX Runtime’s worker`
    : 'this browser does not tell';
}

/** Bytes of the page and its workers; undefined where the page is not isolated, or the browser does not tell. */
async function measureWhole(): Promise<number | undefined> {
  const measure: unknown = Reflect.get(performance, 'measureUserAgentSpecificMemory');
  if (!crossOriginIsolated || typeof measure !== 'function') return undefined;
  const result: unknown = await Promise.resolve(measure.call(performance)).catch(() => undefined);
  const bytes: unknown = result instanceof Object ? Reflect.get(result, 'bytes') : undefined;
  return typeof bytes === 'number' ? bytes : undefined;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
