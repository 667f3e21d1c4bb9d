// npx tsx bench/generate.ts [--json]: what generate() costs beyond the graphs that it runs.
// Both are timed in turns in the same process, so that what else the machine does falls on both.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadModel } from '../src/sdk/index.js';
import { normalNoise } from '../src/sdk/noise/index.js';

process.env.ORT_DISABLE_TELEMETRY = '1';
const { InferenceSession, Tensor } = await import('onnxruntime-node');

const ROUNDS = 200;
const WARM_UP_ROUNDS = 20;
const bundle = fileURLToPath(new URL('../exported-models/stackgan-emoji', import.meta.url));
const { noise, textEncoder } = JSON.parse(await readFile(`${bundle}/manifest.json`, 'utf8'));
const textSession = await InferenceSession.create(`${bundle}/text-encoder.onnx`);
const stageSession = await InferenceSession.create(`${bundle}/stage-1.onnx`);
const model = await loadModel(bundle);

const floats = (stream: number, dim: number) => new Tensor('float32', normalNoise(1, stream, dim), [1, dim]);
const tokens = {
  token_ids: new Tensor('int32', Int32Array.of(1, 2), [1, 2]),
  lengths: new Tensor('int32', Int32Array.of(2), [1]),
};
const inputs = {
  sentence: floats(2, textEncoder.sentenceDim),
  z: floats(0, noise.zDim),
  eps: floats(1, noise.epsDim),
};

async function runGraphs(): Promise<void> {
  await textSession.run(tokens);
  await stageSession.run(inputs);
}

const times: { graphs: number[]; generate: number[] } = { graphs: [], generate: [] };
for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
  const started = performance.now();
  await runGraphs();
  const between = performance.now();
  await model.generate('red heart', { seed: round });
  if (round < WARM_UP_ROUNDS) continue;
  times.graphs.push(between - started);
  times.generate.push(performance.now() - between);
}
await model.dispose();

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const graphsMs = median(times.graphs);
const generateMs = median(times.generate);
const result = { rounds: ROUNDS, graphsMs, generateMs, beyondMs: generateMs - graphsMs };
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  console.log(`the two graphs alone  ${graphsMs.toFixed(2)} ms`);
  console.log(`model.generate()      ${generateMs.toFixed(2)} ms`);
  console.log(`beyond the graphs     ${result.beyondMs.toFixed(2)} ms (medians of ${ROUNDS})`);
}
