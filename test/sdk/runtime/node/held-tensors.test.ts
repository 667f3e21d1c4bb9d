import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { builtPackage } from '../../../built-package.js';
import { hasSwiftShader, SWIFTSHADER } from '../../swiftshader.js';
import { TINY_BUNDLE } from '../../tiny-bundle.js';

/** @param sdk the folder of the SDK as built. */
const script = (sdk: string) => `
import { readFile } from 'node:fs/promises';
import { loadModel } from '${sdk}/index.js';
import { normalNoise } from '${sdk}/noise/index.js';
import { openDevice } from '${sdk}/runtime/node/open-device.js';
const tiny = ${JSON.stringify(TINY_BUNDLE)};
const feeds = () => new Map([['z', 4], ['eps', 3], ['sentence', 5]].map(
  ([name, size], stream) => [name, { data: normalNoise(7, stream, size), dims: [1, size] }]));
const { createSession } = await openDevice('webgpu');
const [graph, next] = [await readFile(tiny + '/stage-16.onnx'), await readFile(tiny + '/stage-32.onnx')];
const holding = await createSession(graph, { held: ['hidden'] });
const plain = await createSession(graph);
const second = await createSession(next);
const finish = async (first) => {
  const { image, hidden } = Object.fromEntries(first);
  const given = new Map([['previous_image', image], ['hidden', hidden], ['eps', feeds().get('eps')]]);
  return Array.from((await second.run(given)).get('image').data);
};
const held = await holding.run(feeds());
const isHeld = held.get('hidden').data === undefined;
const isSame = String(await finish(held)) === String(await finish(await plain.run(feeds())));
const some = [...(await holding.run(feeds(), ['image'])).keys()];
held.get('hidden').dispose();
const lost = await finish(held).catch((error) => error.name);
for (const session of [holding, plain, second]) await session.dispose();
const sizes = [];
for (const workers of [0, 1]) {
  const model = await loadModel(tiny, { device: 'webgpu', workers });
  for await (const { image } of model.stream('sun', { seed: 7 })) sizes.push(image.width);
  await model.dispose();
}
console.log(JSON.stringify({ isHeld, isSame, some, lost, sizes }));
`;

describe('results that stay on the graphics card, in Node', () => {
  it.skipIf(!hasSwiftShader)(
    'are taken by the next stage, and the picture is the same (needs libvulkan1 and Chromium for its SwiftShader driver)',
    async () => {
      const sdk = join(await builtPackage(), 'dist/src/sdk');
      const args = ['--input-type=module', '--eval', script(sdk)];
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', VK_ICD_FILENAMES: SWIFTSHADER },
      });
      expect(JSON.parse(stdout)).toEqual({
        isHeld: true,
        isSame: true,
        some: ['image'],
        lost: 'HeldTensorLost',
        sizes: [16, 32, 16, 32],
      });
    },
  );
});
