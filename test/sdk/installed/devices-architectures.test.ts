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
import { hasSwiftShader, SWIFTSHADER, useProject } from './project.js';

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

/** Draws both stages of a picture on cpu and twice on a device; prints how far they are apart. */
const compare = (folder: string, device: string) => `
  import { loadModel } from 'wordbrush';
  const draw = async (model) => {
    const stages = [];
    for await (const { image, attention } of model.stream('a small yellow bird', { seed: 7 })) {
      stages.push({ size: image.width, pixels: image.data, maps: attention.map(({ data }) => data) });
    }
    return stages;
  };
  const cpu = await loadModel(${JSON.stringify(folder)}, { device: 'cpu' });
  const model = await loadModel(${JSON.stringify(folder)}, { device: '${device}' });
  const [a, b, c] = [await draw(cpu), await draw(model), await draw(model)];
  const bytesOf = (stages) => Buffer.concat(stages.map(({ pixels }) => Buffer.from(pixels)));
  const sharesOf = (stages) => stages.flatMap(({ maps }) => maps.flatMap((data) => Array.from(data)));
  const apart = (x, y) => Array.from(x, (value, i) => Math.abs(value - y[i]));
  const most = (values) => values.reduce((sofar, value) => (value <= sofar ? sofar : value), 0);
  const levels = apart(bytesOf(a), bytesOf(b));
  console.log(JSON.stringify({
    device: model.info().device,
    sizes: b.map(({ size }) => size),
    colours: new Set(bytesOf(a)).size,
    levels: most(levels),
    share: levels.filter((value) => value > 0).length / levels.length,
    maps: b.reduce((sum, { maps }) => sum + maps.length, 0),
    attention: most(apart(sharesOf(a), sharesOf(b))),
    repeats: bytesOf(b).equals(bytesOf(c)),
  }));
  await cpu.dispose();
  await model.dispose();`;

describe.each(DEVICES)('%s against cpu (webgpu needs SwiftShader)', (device, isThere, tolerance) => {
  it.skipIf(!isThere).each(ARCHITECTURES)(
    `%s: every stage within ${tolerance.levels} level of 256, attention within ${tolerance.attention}`,
    async (architecture) => {
      const env = device === 'webgpu' ? { VK_ICD_FILENAMES: SWIFTSHADER } : {};
      const { output, errors } = await project().run(compare(join(parent, architecture), device), { env });
      expect(errors).toBe('');
      const drawn = drawnSchema.parse(JSON.parse(output));
      expect(drawn).toMatchObject({ device, sizes: [64, 128], repeats: true });
      // Pictures of one colour would agree whatever was computed.
      expect(drawn.colours).toBeGreaterThan(20);
      expect(drawn.levels).toBeLessThanOrEqual(tolerance.levels);
      expect(drawn.share).toBeLessThan(0.001);
      // One for each word, from the second stage.
      expect(drawn.maps).toBe(architecture === 'attngan' ? 4 : 0);
      expect(drawn.attention).toBeLessThan(tolerance.attention);
    },
    120_000,
  );
});
