import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  exportAttnganGenerator,
  exportStackganPlusPlusGenerator,
} from '../../../src/training/export/export-generators.js';
import {
  bundleOptions,
  microAttngan,
  microStackganPlusPlus,
  wordText,
} from '../../training/export/micro-models.js';
import { hasSwiftShader, SWIFTSHADER } from '../swiftshader.js';
import { useProject } from './project.js';

/** Bundles of random weights, of 64 and 128 pixels. */
const ARCHITECTURES = ['attngan', 'stackgan-pp'] as const;

/** How far from cpu a colour may be, in levels of 256, and a share of attention, of 1. */
const DEVICES = [
  ['wasm', true, { levels: 1, attention: 1e-6 }],
  ['webgpu', hasSwiftShader, { levels: 1, attention: 1e-6 }],
] as const;

/** What {@link compare} prints. */
const drawnSchema = z.object({
  device: z.string(),
  sizes: z.array(z.number()),
  colours: z.number(),
  levels: z.number(),
  share: z.number(),
  maps: z.number(),
  attention: z.number(),
  repeats: z.boolean(),
});

const project = useProject();
let parent = '';
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'wordbrush-'));
  await tf.setBackend('cpu');
  await exportAttnganGenerator(microAttngan(2), bundleOptions(join(parent, 'attngan'), { text: wordText() }));
  await exportStackganPlusPlusGenerator(
    microStackganPlusPlus(true, 2),
    bundleOptions(join(parent, 'stackgan-pp'), { text: wordText() }),
  );
}, 240_000);
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Draws both stages of a picture of each bundle on cpu and twice on a device; prints how far they are apart. */
const compare = (folder: string, device: string) => `
  import { loadModel } from 'wordbrush';
  const draw = async (model) => {
    const stages = [];
    for await (const { image, attention } of model.stream('a small yellow bird', { seed: 7 })) {
      stages.push({ size: image.width, pixels: image.data, maps: attention.map(({ data }) => data) });
    }
    return stages;
  };
  const bytesOf = (stages) => Buffer.concat(stages.map(({ pixels }) => Buffer.from(pixels)));
  const sharesOf = (stages) => stages.flatMap(({ maps }) => maps.flatMap((data) => Array.from(data)));
  const apart = (x, y) => Array.from(x, (value, i) => Math.abs(value - y[i]));
  const most = (values) => values.reduce((sofar, value) => (value <= sofar ? sofar : value), 0);
  const models = [];
  const drawn = {};
  for (const architecture of ${JSON.stringify(ARCHITECTURES)}) {
    const cpu = await loadModel(${JSON.stringify(folder)} + '/' + architecture, { device: 'cpu' });
    const model = await loadModel(${JSON.stringify(folder)} + '/' + architecture, { device: '${device}' });
    models.push(cpu, model);
    const [a, b, c] = [await draw(cpu), await draw(model), await draw(model)];
    const levels = apart(bytesOf(a), bytesOf(b));
    drawn[architecture] = {
      device: model.info().device,
      sizes: b.map(({ size }) => size),
      colours: new Set(bytesOf(a)).size,
      levels: most(levels),
      share: levels.filter((value) => value > 0).length / levels.length,
      maps: b.reduce((sum, { maps }) => sum + maps.length, 0),
      attention: most(apart(sharesOf(a), sharesOf(b))),
      repeats: bytesOf(b).equals(bytesOf(c)),
    };
  }
  console.log(JSON.stringify(drawn));
  for (const model of models) await model.dispose();`;

describe.each(DEVICES)('%s against cpu (webgpu needs SwiftShader)', (device, isThere, tolerance) => {
  let drawn: Readonly<Record<string, z.infer<typeof drawnSchema>>> = {};
  // In one process, whose models share the shaders that SwiftShader takes long to compile.
  beforeAll(async () => {
    if (!isThere) return;
    const env = device === 'webgpu' ? { VK_ICD_FILENAMES: SWIFTSHADER } : {};
    const { output, errors } = await project().run(compare(parent, device), { env, timeoutMs: 880_000 });
    expect(errors).toBe('');
    drawn = z.record(z.string(), drawnSchema).parse(JSON.parse(output));
  }, 900_000);

  it.skipIf(!isThere).each(ARCHITECTURES)(
    `%s: every stage within ${tolerance.levels} level of 256, attention within ${tolerance.attention}`,
    (architecture) => {
      const result = drawn[architecture];
      expect(result).toMatchObject({ device, sizes: [64, 128], repeats: true });
      // Pictures of one colour would agree whatever was computed.
      expect(result?.colours).toBeGreaterThan(20);
      expect(result?.levels).toBeLessThanOrEqual(tolerance.levels);
      expect(result?.share).toBeLessThan(0.001);
      // One for each word, from the second stage.
      expect(result?.maps).toBe(architecture === 'attngan' ? 4 : 0);
      expect(result?.attention).toBeLessThan(tolerance.attention);
    },
  );
});
