// npm run bench:sdk [-- --json] [--only overhead,firstImage,batch8,pool,memory]
// What wordbrush costs beside onnxruntime-node alone, running the same graphs on the same inputs, both in turns so that what
// else the machine does falls on both; compared is what each takes when it is least disturbed. Fresh processes run the package as `npm run build` made it.
import { parseArgs } from 'node:util';
import type { InTurns } from './sdk/in-turns.js';

// Read by ONNX Runtime when it is first loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';
const { measureFirstImage } = await import('./sdk/first-image.js');
const { measureMemory } = await import('./sdk/memory.js');
const { measureOverhead } = await import('./sdk/overhead.js');
const { measurePool, measurePoolOfCores, REQUESTS } = await import('./sdk/pool.js');

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const rows: [name: string, wordbrush: string, beside: string, verdict: string][] = [];
const ms = (value: number) => `${value.toFixed(2)} ms`;

/** Puts both into a row. @returns undisturbed, the first by the second. */
function compare(name: string, { first, second }: InTurns, pictures: number): number {
  const ratio = first.undisturbedMs / second.undisturbedMs;
  const [own, bare] = [first, second].map(({ undisturbedMs }) => ms(undisturbedMs / pictures));
  rows.push([name, own ?? '', bare ?? '', `${ratio.toFixed(3)} of the time`]);
  return ratio;
}

const parts = {
  async overhead() {
    const { first, second, beyondMs } = await measureOverhead(1, 300);
    const overheadMs = first.undisturbedMs - second.undisturbedMs;
    const overheadPercent = (100 * overheadMs) / second.undisturbedMs;
    rows.push([
      'model.generate(), one picture',
      ms(first.undisturbedMs),
      ms(second.undisturbedMs),
      `${ms(overheadMs)} beyond, ${overheadPercent.toFixed(1)} %; median ${ms(beyondMs)} beyond`,
    ]);
    return { overheadPercent, overheadMs, overheadMedianMs: beyondMs };
  },
  async batch8() {
    return { batch8Ratio: compare('each of eight pictures', await measureOverhead(8, 60), 8) };
  },
  async firstImage() {
    return { firstImageRatio: compare('a process that draws one picture', await measureFirstImage(15), 1) };
  },
  async pool() {
    const { first, second } = await measurePool(12);
    const poolRatio = first.medianMs / second.medianMs;
    rows.push([
      `${REQUESTS} requests at once, by two workers`,
      ms(second.medianMs),
      `${ms(first.medianMs)} by this thread and all cores`,
      `${poolRatio.toFixed(2)} times the pictures a second`,
    ]);
    const cores = await measurePoolOfCores(12);
    const poolRatioOneThread = cores.first.medianMs / cores.second.medianMs;
    rows.push([
      'the same',
      ms(cores.second.medianMs),
      `${ms(cores.first.medianMs)} by ONNX Runtime with one thread`,
      `${poolRatioOneThread.toFixed(2)} times the pictures a second`,
    ]);
    return { poolRatio, poolRatioOneThread };
  },
  async memory() {
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    const growthPercent = async (name: string, file: 'memory.mjs' | 'memory-bare.mjs') => {
      const { firstBytes, lastBytes } = await measureMemory(file, 1000);
      const percent = 100 * (lastBytes / firstBytes - 1);
      rows.push([
        `resident, calls 701 to 1,000 of ${name}`,
        mib(lastBytes),
        `${mib(firstBytes)} in calls 101 to 400`,
        `${percent.toFixed(1)} % more`,
      ]);
      return percent;
    };
    return {
      residentGrowthPercent: await growthPercent('generate()', 'memory.mjs'),
      bareResidentGrowthPercent: await growthPercent('onnxruntime-node', 'memory-bare.mjs'),
    };
  },
};

const wanted = values.only?.flatMap((names) => names.split(','));
const result: Record<string, number> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (wanted === undefined || wanted.includes(name)) Object.assign(result, await measure());
}
if (values.json) {
  console.log(JSON.stringify(result));
} else {
  console.log(
    rows
      .map((cells) =>
        cells
          .map((cell) => cell.padEnd(42))
          .join('')
          .trimEnd(),
      )
      .join('\n'),
  );
}
