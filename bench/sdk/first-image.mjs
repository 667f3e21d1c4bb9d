// node first-image.mjs: draws one picture with wordbrush in a process of its own.
import { generate } from 'wordbrush';

const { images } = await generate('a red heart', { seed: 7 });
if (images[0]?.data.length !== 64 * 64 * 4) process.exitCode = 1;
