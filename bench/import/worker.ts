// tsx bench/import/worker.ts [OUT FILES]: imports FILES, JSON of a case's files, in a process of its own; without them it
// loads TensorFlow.js and ONNX Runtime and does no more. Prints a line of JSON.
import { readFileSync } from 'node:fs';
import { loadRuntime } from '../../src/sdk/runtime/node/load-runtime.js';
import { loadTensorFlow } from '../../src/training/backend/load-tensorflow.js';
import { importModel } from '../../tools/import/import-model.js';

// TensorFlow.js greets on standard output.
console.info = console.warn = console.log = (...words: unknown[]) => console.error(...words);

const [, , out, files] = process.argv;
const tf = await loadTensorFlow({ oneDnn: false });
await loadRuntime();
tf.tidy(() => void tf.ones([1]).dataSync());
const started = performance.now();
const report = out === undefined ? undefined : await importModel({ ...JSON.parse(files ?? ''), out });
const seconds = (performance.now() - started) / 1000;
const differences = report?.graphs.map(({ maxAbsoluteDifference }) => maxAbsoluteDifference) ?? [0];
process.stdout.write(
  `${JSON.stringify({ seconds, peakBytes: 1024 * peakKilobytes(), maxAbsoluteDifference: Math.max(...differences) })}\n`,
);

/** Of this program; on Linux, what the operating system counts otherwise begins with the process that started it. */
function peakKilobytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
