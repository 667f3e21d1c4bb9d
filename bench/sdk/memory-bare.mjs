// node --expose-gc memory-bare.mjs CALLS: onnxruntime-node alone, each time loading, running and releasing the same graphs.
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { printResident } from './resident.mjs';

const folder = new URL('../../exported-models/stackgan-emoji/', import.meta.url).pathname;
const load = async (file) => InferenceSession.create(await readFile(folder + file), { logSeverityLevel: 4 });
const noise = () => new Tensor('float32', Float32Array.from({ length: 64 }, Math.random), [1, 64]);

async function draw() {
  const text = await load('text-encoder.onnx');
  const stage = await load('stage-1.onnx');
  const { sentence } = await text.run({
    token_ids: new Tensor('int32', Int32Array.of(1, 2, 3), [1, 3]),
    lengths: new Tensor('int32', Int32Array.of(3), [1]),
  });
  const { image } = await stage.run({ sentence, z: noise(), eps: noise() });
  if (image.data.length !== 3 * 64 * 64) process.exitCode = 1;
  await text.release();
  await stage.release();
}

await printResident(draw, Number(process.argv[2]));
