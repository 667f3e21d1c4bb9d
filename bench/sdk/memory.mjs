// node --expose-gc memory.mjs CALLS: resident memory in bytes after the first 100 calls of generate(), each of which loads
// and releases the model, and after all of them. Prints a line of JSON.
import { generate } from 'wordbrush';

const calls = Number(process.argv[2]);
const FIRST_CALLS = 100;
const resident = () => {
  globalThis.gc();
  return process.memoryUsage.rss();
};
let firstBytes = 0;
for (let call = 1; call <= calls; call++) {
  await generate('a red heart', { seed: call });
  if (call === FIRST_CALLS) firstBytes = resident();
}
console.log(JSON.stringify({ firstBytes, lastBytes: resident() }));
