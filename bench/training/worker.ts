// tsx bench/training/worker.ts NAME PRESET BATCH: runs training steps when told to, the TensorFlow.js side.
// Prints `ready` once it could begin; for each line of standard input, a number of steps, one line of JSON. After `N data` each
// step takes pictures from files first.
import { createInterface } from 'node:readline';
import { loadTensorFlow } from '../../src/training/backend/load-tensorflow.js';
import { CASE_NAMES, PRESETS } from './cases.js';
import { openPipeline, type PicturePipeline } from './picture-pipeline.js';

// TensorFlow.js greets on standard output.
console.info = console.warn = console.log = (...words: unknown[]) => console.error(...words);
const say = (line: string) => process.stdout.write(`${line}\n`);

const [, , nameArgument, presetArgument, batch] = process.argv;
const name = CASE_NAMES.find((each) => each === nameArgument);
const preset = PRESETS.find((each) => each === presetArgument);
if (name === undefined || preset === undefined) throw new RangeError('Expected NAME PRESET BATCH.');

await loadTensorFlow();
const { trainingStep } = await import('./steps.js');
const trainingCase = { name, preset, batch: Number(batch) };
const step = trainingStep(trainingCase);
let pipeline: PicturePipeline | undefined;
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [steps, data] = line.split(' ');
  if (data !== undefined) pipeline ??= await openPipeline(trainingCase);
  const [wallMs, cpuMs, waitMs]: [number[], number[], number[]] = [[], [], []];
  for (let done = 0; done < Number(steps); done++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    if (data !== undefined) waitMs.push((await pipeline?.take()) ?? 0);
    step();
    wallMs.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
  }
  say(JSON.stringify({ wallMs, cpuMs, waitMs, peakResidentBytes: 1024 * process.resourceUsage().maxRSS }));
}
await pipeline?.close();
