import { expect, it } from 'vitest';
import { loadModel } from '../../../../src/sdk/index.js';
import { TINY_BUNDLE } from '../../tiny-bundle.js';

it('the option assets is for browsers, and refused in Node', async () => {
  await expect(loadModel(TINY_BUNDLE, { assets: '/wordbrush/' })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    details: { option: 'assets' },
  });
});
