import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasSwiftShader, SWIFTSHADER } from '../swiftshader.js';
import { TINY_BUNDLE } from '../tiny-bundle.js';
import { useProject } from './project.js';

const project = useProject();
const environmentOf = (device: string) => (device === 'webgpu' ? { VK_ICD_FILENAMES: SWIFTSHADER } : {});

/** Which devices there are to be tested, and why one is not. */
const devices = [
  ['cpu', true],
  ['wasm', true],
  ['webgpu', hasSwiftShader],
] as const;

describe.each(devices)('the process ends by itself on %s (webgpu needs SwiftShader)', (device, isThere) => {
  it.skipIf(!isThere).each([
    ['disposed of', 0, 'await model.dispose();'],
    ['not disposed of', 0, ''],
    ['in a worker, disposed of', 1, 'await model.dispose();'],
    ['in a worker, not disposed of', 1, ''],
    [
      'in a worker, ended in the middle',
      1,
      'model.generate("sun", { count: 64 }); setTimeout(() => process.exit(0), 20);',
    ],
  ])('%s', async (_, workers, end) => {
    const { code, output, errors } = await project().run(
      `import { loadModel } from 'wordbrush';
       const model = await loadModel(${JSON.stringify(TINY_BUNDLE)}, { device: '${device}', workers: ${workers} });
       const { images } = await model.generate('a red heart', { seed: 7 });
       console.log(images[0].width, model.info().device);
       ${end}`,
      { env: environmentOf(device) },
    );
    expect({ code, output, errors }).toEqual({ code: 0, output: `32 ${device}\n`, errors: '' });
  });
});

describe.each(devices.slice(1))('%s against cpu (webgpu needs SwiftShader)', (device, isThere) => {
  it.skipIf(!isThere)('draws the same but for rounding, docs/sdk.md says how far', async () => {
    const { output, errors } = await project().run(
      `import { loadModel } from 'wordbrush';
       // Disposed of at the end, so that the second model takes the shaders that were compiled for the first.
       const models = [];
       const draw = async (device) => {
         const model = await loadModel(undefined, { device });
         models.push(model);
         const { images } = await model.generate('a red heart', { seed: 7, count: 8, output: 'rgba' });
         return Buffer.concat(images.map((pixels) => Buffer.from(pixels)));
       };
       const [a, b, c] = [await draw('cpu'), await draw('${device}'), await draw('${device}')];
       for (const model of models) await model.dispose();
       let most = 0;
       let different = 0;
       for (let i = 0; i < a.length; i++) {
         most = Math.max(most, Math.abs(a[i] - b[i]));
         different += a[i] !== b[i] ? 1 : 0;
       }
       console.log(JSON.stringify({ most, share: different / a.length, repeats: b.equals(c) }));`,
      { env: environmentOf(device), timeoutMs: 280_000 },
    );
    expect(errors).toBe('');
    const { most, share, repeats } = z
      .object({ most: z.number(), share: z.number(), repeats: z.boolean() })
      .parse(JSON.parse(output));
    // Levels of 256; of the bytes, 1.6e-5 and 3.1e-5 differ at all.
    expect(most).toBeLessThanOrEqual(1);
    expect(share).toBeLessThan(0.001);
    expect(repeats).toBe(true);
  });
});
