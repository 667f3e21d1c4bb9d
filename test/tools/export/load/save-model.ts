import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { temporaryFolder } from '../../../temporary-folder.js';

export type Quantization = 'uint8' | 'uint16' | 'float16';

/** Writes a model as TensorFlow.js saves it, its weights in two shards, and returns the path of its model.json. */
export async function saveModel(
  model: tf.LayersModel,
  quantization?: Quantization,
  folder = temporaryFolder(),
): Promise<string> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const { modelTopology, weightSpecs = [], weightData } = artifacts ?? {};
  const full = new Uint8Array(weightData instanceof ArrayBuffer ? weightData : new ArrayBuffer(0));
  const { bytes, specs } =
    quantization === undefined
      ? { bytes: full, specs: weightSpecs }
      : quantize(full, weightSpecs, quantization);
  const middle = bytes.length >> 1;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'group1-shard1of2.bin'), bytes.subarray(0, middle));
  writeFileSync(join(folder, 'group1-shard2of2.bin'), bytes.subarray(middle));
  const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
  const content = { modelTopology, weightsManifest: [{ paths, weights: specs }] };
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** As the tensorflowjs converter quantises, for weights that its form holds exactly: multiples of 1/64 within 2. */
function quantize(bytes: Uint8Array, specs: tf.io.WeightsManifestEntry[], dtype: Quantization) {
  const values = new Float32Array(bytes.slice().buffer);
  const [min, scale] = [-2, 1 / 64];
  const levels = values.map((value) => Math.round((value - min) / scale));
  const stored = {
    uint8: () => Uint8Array.from(levels),
    uint16: () => Uint16Array.from(levels),
    float16: () => Uint16Array.from(values, halfBits),
  }[dtype]();
  const quantization = dtype === 'float16' ? { dtype } : { dtype, min, scale };
  return { bytes: new Uint8Array(stored.buffer), specs: specs.map((spec) => ({ ...spec, quantization })) };
}

/** A multiple of 1/64 within 2, whose bits half precision holds as they are. */
function halfBits(value: number): number {
  const word = new DataView(Float32Array.of(value).buffer).getUint32(0, true);
  if (value === 0) return 0;
  return ((word >>> 16) & 0x8000) | ((((word >>> 23) & 0xff) - 112) << 10) | ((word >>> 13) & 0x3ff);
}

/** Gives every weight multiples of 1/64 from -1 to 1. */
export function setCoarseWeights(model: tf.LayersModel): void {
  let next = 0;
  for (const weight of model.weights) {
    const shape = weight.shape.map((size) => size ?? 1);
    const size = shape.reduce((product, side) => product * side, 1);
    const start = next;
    const tensor = tf.tensor(
      Float32Array.from({ length: size }, (_, index) => (((start + 29 * index) % 129) - 64) / 64),
      shape,
    );
    next += size;
    weight.write(tensor);
    tensor.dispose();
  }
}
