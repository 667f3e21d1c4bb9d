// The files that are measured. Weights and PyTorch's export are made once, ours at every run: the passes may have changed.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../src/sdk/noise/index.js';
import { layerHandlers } from '../../src/training/export/layer-handlers.js';
import type { NamedVariables } from '../../src/training/weights/named-variables.js';
import { readSafetensors } from '../../src/training/weights/safetensors.js';
import { convert, type GraphPass, standardPasses } from '../../tools/export/index.js';
import { loadOfficial } from '../../tools/import/official-names/load-official.js';
import { exportFromPyTorch } from './eager-pytorch.js';
import { type Architecture, buildGenerator, type Generator } from './generators.js';

// Without this TF.js prints an advertisement for its native backend.
tf.env().set('IS_TEST', true);

const CACHE = fileURLToPath(new URL('../../.wordbrush/bench/export/', import.meta.url));

/** ONNX files of one generator with the same weights. */
export interface Prepared {
  /** Our export with its passes. */
  ours: string;
  /** Our export without. */
  unoptimised: string;
  /** PyTorch's own export; undefined without PyTorch. */
  pytorch: string | undefined;
}

export async function prepare(architecture: Architecture, withPyTorch: boolean): Promise<Prepared> {
  const folder = join(CACHE, architecture);
  await mkdir(folder, { recursive: true });
  const pytorch = join(folder, 'pytorch.onnx');
  const weights = join(folder, 'weights.safetensors');
  if (withPyTorch && !(existsSync(pytorch) && existsSync(weights))) {
    await exportFromPyTorch(architecture, { onnx: pytorch, weights });
  }
  const generator = buildGenerator(architecture, 'paper');
  if (existsSync(weights)) {
    const { tensors } = readSafetensors(await readFile(weights), weights);
    loadOfficial(generator.variables, tensors, generator.officialNames, { source: weights });
  } else {
    drawWeights(generator.variables);
  }
  const ours = join(folder, 'ours.onnx');
  const unoptimised = join(folder, 'unoptimised.onnx');
  await writeFile(ours, converted(generator, standardPasses));
  await writeFile(unoptimised, converted(generator, []));
  tf.disposeVariables();
  return { ours, unoptimised, pytorch: withPyTorch ? pytorch : undefined };
}

function converted(generator: Generator, passes: readonly GraphPass[]): Uint8Array {
  const { bytes } = convert(generator.model, {
    handlers: layerHandlers,
    inputs: generator.inputs.map((name) => ({ name })),
    outputs: generator.outputs.map((name) => ({ name, layout: 'nchw' })),
    passes,
  });
  return bytes;
}

/** Kernels that neither fade nor grow, and statistics of a normalisation that do something. */
function drawWeights(variables: NamedVariables): void {
  const random = new RandomStream(1);
  for (const [name, variable] of variables) {
    const inputs = variable.size / (variable.shape.at(-1) ?? 1);
    const [center, spread] = /variance$|gamma$/.test(name)
      ? [1, 0.2]
      : [0, /kernel$/.test(name) ? inputs ** -0.5 : 0.1];
    const values = random.normals(variable.size).map((value) => center + spread * Math.tanh(value));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}
