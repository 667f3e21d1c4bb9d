// Single calls tell little: the C library keeps freed blocks of megabytes for a while, and so a process that does nothing but
// create and release ONNX Runtime's sessions of these graphs swings by a third, for a hundred calls or two.
const WARM_UP_CALLS = 100;
const WINDOW_CALLS = 300;
const CALLS_BETWEEN = 5;

/**
 * Calls again and again, and prints a line of JSON: resident memory in bytes of this process, the median over the 300 calls
 * after the first hundred and over the last 300. Needs --expose-gc.
 * @param {(call: number) => Promise<unknown>} work
 * @param {number} calls at least 700
 */
export async function printResident(work, calls) {
  const first = [];
  const last = [];
  for (let call = 1; call <= calls; call++) {
    await work(call);
    if (call % CALLS_BETWEEN !== 0) continue;
    if (call > WARM_UP_CALLS && call <= WARM_UP_CALLS + WINDOW_CALLS) first.push(await resident());
    if (call > calls - WINDOW_CALLS) last.push(await resident());
  }
  console.log(JSON.stringify({ firstBytes: median(first), lastBytes: median(last) }));
}

/** Buffers of files that were read are given back some time after the collection that finds them. */
async function resident() {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 25));
    least = Math.min(least, process.memoryUsage.rss());
  }
  return least;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
