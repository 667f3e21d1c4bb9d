import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { buildDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import { realPenalty, realPenaltyWeight } from '../../../src/training/architectures/real-penalty.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { Trainer } from '../../../src/training/trainer.js';
import { variablesFromBytes, variablesToBytes } from '../../../src/training/weights/variable-files.js';
import { BACKENDS, relativeDifference } from '../oracle.js';
import { MICRO_TRAINERS, patternOf } from './micro-trainers.js';

/** Of PyTorch's double backward, see `make-real-penalty.py` beside it. */
const caseSchema = z.object({
  weights: z.array(z.string()),
  penalty: z.number(),
  gradients: z.record(z.string(), z.array(z.number())),
});
const fixture = new URL('../../fixtures/real-penalty/real-penalty.json', import.meta.url);
const CASES = z
  .object({ batch: caseSchema, spectral: caseSchema })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));

beforeAll(() => loadTensorFlow());
afterEach(() => tf.disposeVariables());

function discriminatorOf(normalization: 'batch' | 'spectral', weights: readonly string[]) {
  const discriminator = buildDiscriminator({
    name: 'discriminator',
    imageSize: 64,
    baseWidth: 2,
    normalization,
    conditionalHead: { conditionDim: 4 },
    unconditionalHead: true,
  });
  const all = discriminatorVariables(discriminator);
  for (const [name, variable] of all) {
    const value = tf.tidy(() => {
      if (name.endsWith('/singular_vector')) {
        const vector = patternOf(variable.shape, 77, 1);
        return vector.div(vector.square().sum().sqrt());
      }
      const drawn = patternOf(variable.shape, weights.indexOf(name) + 1, 0.3);
      return name.endsWith('/gamma') ? drawn.add(1) : drawn;
    });
    variable.assign(value);
    value.dispose();
  }
  return { discriminator, all, trained: discriminatorVariables(discriminator, { trainableOnly: true }) };
}

describe.each(BACKENDS)('R1 on real pictures, %s backend', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each(['batch', 'spectral'] as const)(
    'and its gradients are those of double backward in PyTorch, %s normalisation',
    (normalization) => {
      const { weights, penalty, gradients } = CASES[normalization];
      const { discriminator, all, trained } = discriminatorOf(normalization, weights);
      const reals = patternOf([2, 64, 64, 3], 500, 1) as tf.Tensor4D;
      const conditions = patternOf([2, 4], 501, 1) as tf.Tensor2D;
      const still = [...all].filter(([name]) => !trained.has(name));
      const before = still.map(([, variable]) => variable.arraySync());
      const { numTensors } = tf.memory();
      const { value, grads } = tf.variableGrads(
        () => realPenalty(discriminator, reals, conditions),
        [...trained.values()],
      );
      // Value and gradients, and nothing else.
      const computed = Object.values(grads);
      expect(tf.memory().numTensors).toBe(numTensors + 1 + computed.length);
      expect(relativeDifference(value, [penalty])).toBeLessThan(1e-4);
      for (const [name, expected] of Object.entries(gradients)) {
        const gradient = grads[trained.get(name)?.name ?? ''];
        if (gradient === undefined) throw new Error(`Expected a gradient of ${name}.`);
        expect(relativeDifference(gradient, expected), name).toBeLessThan(2e-4);
      }
      expect(still.map(([, variable]) => variable.arraySync())).toEqual(before);
      tf.dispose([value, computed, reals, conditions]);
    },
  );
});

describe('the weight of R1', () => {
  it('is gamma half, as often as it is rare', () => {
    const at = (steps: number) => realPenaltyWeight({ weight: 10, everySteps: 4 }, steps);
    expect([0, 1, 2, 3, 4].map(at)).toEqual([20, 0, 0, 0, 20]);
    expect(realPenaltyWeight(null, 0)).toBe(0);
  });
});

describe.each(Object.entries(MICRO_TRAINERS))('R1 in the training of %s', (_, begin) => {
  beforeAll(async () => {
    await tf.setBackend('tensorflow');
  });

  it('is taken every second step, and a resumed training goes on with it', () => {
    const { trainer, batch } = begin({ realPenalty: { weight: 2, everySteps: 2 } });
    const stepOf = (each: Trainer<never>, step: number) => each.step(batch as never, new RandomStream(step));
    const first = stepOf(trainer, 0);
    const saved = variablesToBytes(trainer.variables);
    const [second, third] = [stepOf(trainer, 1), stepOf(trainer, 2)];
    const penalties = (losses: Readonly<Record<string, number>>) =>
      Object.entries(losses).filter(([name]) => name.startsWith('penalty'));
    expect(penalties(first).length).toBeGreaterThan(0);
    expect(penalties(first).every(([, value]) => value > 0)).toBe(true);
    expect(penalties(second)).toEqual([]);
    expect(penalties(third).length).toBe(penalties(first).length);

    const { trainer: resumed } = begin({ realPenalty: { weight: 2, everySteps: 2 } });
    variablesFromBytes(resumed.variables, saved, 'weights');
    resumed.resumeAt(1);
    const again = [stepOf(resumed, 1), stepOf(resumed, 2)];
    for (const [index, losses] of [second, third].entries()) {
      expect(Object.keys(again[index] ?? {})).toEqual(Object.keys(losses));
      for (const [name, value] of Object.entries(losses)) {
        // The native kernels add in an order that depends on the threads.
        const difference = Math.abs(value - (again[index]?.[name] ?? Number.NaN));
        expect(difference, name).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
      }
    }
  });
});
