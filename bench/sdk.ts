// npm run bench:sdk [-- --json] [--only overhead,firstImage,batch8,pool,memory]
// What wordbrush costs beside onnxruntime-node alone, running the same graphs on the same inputs, both in turns so that what
// else the machine does falls on both. Fresh processes run the package as `npm run build` made it.
import { parseArgs } from 'node:util';

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

const parts = {
  async overhead() {
    const { firstMs, secondMs, beyondMs } = await measureOverhead(1, 300);
    const overheadPercent = (100 * beyondMs) / secondMs;
    const verdict = `${ms(beyondMs)} beyond, ${overheadPercent.toFixed(1)} %`;
    rows.push(['model.generate(), one picture', ms(firstMs), ms(secondMs), verdict]);
    return { overheadPercent, overheadMs: beyondMs };
  },
  async batch8() {
    const { firstMs, secondMs } = await measureOverhead(8, 60);
    const batch8Ratio = firstMs / secondMs;
    rows.push([
      'each of eight pictures',
      ms(firstMs / 8),
      ms(secondMs / 8),
      `${batch8Ratio.toFixed(3)} of the time`,
    ]);
    return { batch8Ratio };
  },
  async firstImage() {
    const { firstMs, secondMs } = await measureFirstImage(15);
    const firstImageRatio = firstMs / secondMs;
    rows.push([
      'a process that draws one picture',
      ms(firstMs),
      ms(secondMs),
      `${firstImageRatio.toFixed(2)} of the time`,
    ]);
    return { firstImageRatio };
  },
  async pool() {
    const { firstMs, secondMs } = await measurePool(12);
    const poolRatio = firstMs / secondMs;
    rows.push([
      `${REQUESTS} requests at once, by two workers`,
      ms(secondMs),
      `${ms(firstMs)} by this thread and all cores`,
      `${poolRatio.toFixed(2)} times the pictures a second`,
    ]);
    const cores = await measurePoolOfCores(12);
    const poolRatioOneThread = cores.firstMs / cores.secondMs;
    rows.push([
      'the same',
      ms(cores.secondMs),
      `${ms(cores.firstMs)} by ONNX Runtime with one thread`,
      `${poolRatioOneThread.toFixed(2)} times the pictures a second`,
    ]);
    return { poolRatio, poolRatioOneThread };
  },
  async memory() {
    const { firstBytes, lastBytes } = await measureMemory(1000);
    const residentGrowthPercent = 100 * (lastBytes / firstBytes - 1);
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    rows.push([
      'resident, calls 901 to 1,000 of generate()',
      mib(lastBytes),
      `${mib(firstBytes)} in calls 101 to 200`,
      `${residentGrowthPercent.toFixed(1)} % more`,
    ]);
    return { residentGrowthPercent };
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
