import type { ModelInfo, Timings } from 'wordbrush';
import { byId } from './elements.js';

const list = byId('numbers', HTMLDListElement);

/** Shows what ran where, for how long and in how much memory. */
export function showNumbers(
  info: ModelInfo,
  { drawMs, timings }: { drawMs: number; timings: Timings },
): void {
  const memory = usedMemory();
  const rows: [string, string][] = [
    ['Model', `${info.name} (${info.architecture}), weights as ${info.precision}`],
    ['Device', [info.device, info.adapter].filter(Boolean).join(', ')],
    ...info.passedOver.map(({ device, message }): [string, string] => [`Why not ${device}`, message]),
    ...info.notes.map((note): [string, string] => ['Note', note]),
    ['This picture', `${drawMs.toFixed(1)} ms, all stages and the text`],
    ['A picture of the grid', `${mean(timings.imageMs).toFixed(1)} ms`],
    ['Reading the sentence', `${timings.textMs.toFixed(1)} ms`],
    [
      'Memory of the page',
      memory === undefined
        ? 'this browser does not tell'
        : `${(memory / 1e6).toFixed(0)} MB, without ONNX Runtime’s worker`,
    ],
    ['Training data', `${info.training.dataset}, ${info.training.licence}`],
  ];
  list.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const [term, description] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      description.textContent = value;
      return [term, description];
    }),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Bytes of the JavaScript heap, which only Chromium tells. */
function usedMemory(): number | undefined {
  const memory: unknown = Reflect.get(performance, 'memory');
  const used: unknown = memory instanceof Object ? Reflect.get(memory, 'usedJSHeapSize') : undefined;
  return typeof used === 'number' ? used : undefined;
}
