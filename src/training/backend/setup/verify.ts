import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { runCommand } from './run-command.js';

/** Loading TensorFlow and one step take a second; a cold disk may need many. */
const LIMIT_MS = 180_000;

/**
 * Runs in a Node.js of its own, since a library that does not fit can take its process down, and since a process
 * loads the binding once. `@tensorflow/tfjs-node-gpu` 4.22.0 calls two functions of `util` that new Node.js lacks.
 */
const TRAIN_ONE_STEP = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value == null;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const model = tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
  tf.layers.flatten(),
  tf.layers.dense({ units: 1 }),
] });
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
const kernel = () => Array.from(model.getWeights()[0].dataSync());
const before = kernel();
model.trainOnBatch(tf.randomNormal([4, 8, 8, 3]), tf.ones([4, 1])).then((loss) => {
  const change = kernel().reduce((sum, weight, i) => sum + Math.abs(weight - before[i]), 0);
  const { binding, isUsingGpuDevice } = tf.backend();
  const report = { backend: tf.getBackend(), version: binding.TF_Version, gpu: isUsingGpuDevice, loss, change };
  process.stdout.write('\\n' + JSON.stringify(report) + '\\n');
});
`;

const reportSchema = z.object({
  backend: z.literal('tensorflow'),
  version: z.string(),
  gpu: z.boolean(),
  loss: z.number(),
  change: z.number().positive(),
});

export interface Verified {
  /** TensorFlow's version, as the library itself says. */
  version: string;
  /** Whether operations run on a GPU. */
  gpu: boolean;
}

/**
 * Loads the binding at `packageFolder` in a process of its own and trains a small convolution for one step.
 * @throws {WordbrushError} `SETUP_FAILED` unless the loss is finite and the weights moved.
 */
export async function verifyTraining(packageFolder: string, env: NodeJS.ProcessEnv): Promise<Verified> {
  const { stdout, output } = await runCommand(process.execPath, ['-e', TRAIN_ONE_STEP, packageFolder], {
    env: { ...env, TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '2' },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  try {
    const { version, gpu } = reportSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    return { version, gpu };
  } catch (cause) {
    const reason = output.match(
      /^\s*(?:\w*Error: )?(.*(?:cannot open|not found|can not|Cannot|undefined symbol).*)$/m,
    );
    throw new WordbrushError(
      'SETUP_FAILED',
      `Expected the TensorFlow binding to train one step, but ${reason?.[1]?.trim() ?? lastLine(output) ?? reasonOf(cause)}.`,
      { hint: 'Run `wordbrush setup training`.', cause, details: { piece: 'binding', output } },
    );
  }
}

function lastLine(output: string): string | undefined {
  return output.trim().split('\n').at(-1) || undefined;
}
