// node session-cost.mjs FILE THREADS: what it costs to create a session and to run it once, in a process of its own.
// Prints a line of JSON.
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [, , file = '', threads = '2'] = process.argv;
const WORDS = 18;
const TYPES = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

const started = performance.now();
const session = await InferenceSession.create(file, {
  executionProviders: ['cpu'],
  intraOpNumThreads: Number(threads),
});
const createMs = performance.now() - started;

const feeds = {};
for (const { name, type, shape } of session.inputMetadata) {
  const dims = shape.map((size) => (size === 'batch' ? 1 : typeof size === 'string' ? WORDS : size));
  const data = new TYPES[type](dims.reduce((product, size) => product * size, 1));
  if (name === 'lengths') data.fill(WORDS);
  feeds[name] = new Tensor(type, data, dims);
}
await session.run(feeds);
await session.run(feeds);
console.log(JSON.stringify({ createMs, peakBytes: 1024 * peakKilobytes() }));

/** Of this program; on Linux, what the operating system counts otherwise begins with the process that started it. */
function peakKilobytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
