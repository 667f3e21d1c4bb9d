// node examples/node/red-heart.mjs
import { generate } from 'wordbrush';

const { images, seed } = await generate('a red heart', { count: 4 });
for (const image of images) await image.toFile(`pictures/red-heart-${image.seed}.png`);
console.log(`four hearts in pictures/, from seed ${seed}`);
