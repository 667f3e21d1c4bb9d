// node --expose-gc memory.mjs CALLS: resident memory in bytes after the first 100 calls of generate(), each of which loads
// and releases the model, and after all of them. Prints a line of JSON.
import { generate } from 'wordbrush';

const calls = Number(process.argv[2]);
const FIRST_CALLS = 100;
// Buffers of files that were read are given back some time after the collection that finds them.
const resident = async () => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
    least = Math.min(least, process.memoryUsage.rss());
  }
  return least;
};
let firstBytes = 0;
for (let call = 1; call <= calls; call++) {
  await generate('a red heart', { seed: call });
  if (call === FIRST_CALLS) firstBytes = await resident();
}
console.log(JSON.stringify({ firstBytes, lastBytes: await resident() }));
