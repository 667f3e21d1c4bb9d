// node first-image-bare.mjs: draws one picture with onnxruntime-node alone, as a script for this one model would.
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const folder = new URL('../../exported-models/stackgan-emoji/', import.meta.url).pathname;
const { words } = JSON.parse(readFileSync(`${folder}vocabulary.json`, 'utf8'));
const text = await InferenceSession.create(`${folder}text-encoder.onnx`);
const stage = await InferenceSession.create(`${folder}stage-1.onnx`);

const ids = Int32Array.from(['a', 'red', 'heart'], (word) => Math.max(0, words.indexOf(word)));
const { sentence } = await text.run({
  token_ids: new Tensor('int32', ids, [1, ids.length]),
  lengths: new Tensor('int32', Int32Array.of(ids.length), [1]),
});
const { image } = await stage.run({ sentence, z: normal(64), eps: normal(64) });
const pixels = new Uint8ClampedArray(64 * 64 * 4).fill(255);
for (let at = 0; at < 64 * 64; at++) {
  for (let channel = 0; channel < 3; channel++) {
    pixels[4 * at + channel] = (image.data[channel * 64 * 64 + at] + 1) * 127.5;
  }
}
if (pixels.length !== 64 * 64 * 4) process.exitCode = 1;

function normal(length) {
  const draw = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return new Tensor('float32', Float32Array.from({ length }, draw), [1, length]);
}
