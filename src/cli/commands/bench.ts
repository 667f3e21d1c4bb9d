import { defineCommand } from 'citty';
import { loadModel, type Model, WordbrushError } from '../../sdk/index.js';
import { alignColumns } from '../align-columns.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

const DEFAULT_PICTURES = 50;
const PROMPT = 'a red heart';

/** Milliseconds. */
interface Measured {
  device: string;
  adapter: string | undefined;
  loadMs: number;
  firstPictureMs: number;
  /** Of the further pictures, one at a time. */
  medianMs: number;
  p95Ms: number;
  /** Pictures a second with eight at once. */
  picturesPerSecond: number;
  /** Resident memory at the end, in MiB. */
  residentMiB: number;
}

export const benchCommand = defineCommand({
  meta: {
    name: 'bench',
    description: 'Time a model here: loading, the first picture, further ones, eight at once',
  },
  args: {
    ...modelArguments,
    pictures: {
      type: 'string',
      valueHint: 'N',
      description: `How many to draw (default: ${DEFAULT_PICTURES})`,
    },
    prompt: { type: 'string', valueHint: 'TEXT', description: `What to draw (default: "${PROMPT}")` },
    json: { type: 'boolean', default: false, description: 'Print the numbers as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    const pictures =
      args.pictures === undefined ? DEFAULT_PICTURES : parseInteger('pictures', args.pictures, 1);
    const { model: source, ...runtime } = parseModelArguments(args);
    const started = performance.now();
    await using model = await loadModel(source, runtime);
    const loadMs = performance.now() - started;
    const measured = await measure(model, args.prompt ?? PROMPT, pictures, loadMs);
    console.log(args.json ? JSON.stringify(measured, null, 2) : describe(measured));
  },
});

async function measure(model: Model, prompt: string, pictures: number, loadMs: number): Promise<Measured> {
  const firstPictureMs = await time(() => model.generate(prompt, { seed: 0, output: 'rgba' }));
  const durations: number[] = [];
  for (let seed = 1; seed <= pictures; seed++) {
    durations.push(await time(() => model.generate(prompt, { seed, output: 'rgba' })));
  }
  durations.sort((a, b) => a - b);
  const rounds = Math.max(1, Math.ceil(pictures / 8));
  const togetherMs = await time(async () => {
    for (let round = 0; round < rounds; round++) {
      await model.generate(prompt, { seed: round * 8, count: 8, output: 'rgba' });
    }
  });
  const { device, adapter } = model.info();
  return {
    device,
    adapter,
    loadMs,
    firstPictureMs,
    medianMs: quantile(durations, 0.5),
    p95Ms: quantile(durations, 0.95),
    picturesPerSecond: (rounds * 8 * 1000) / togetherMs,
    residentMiB: process.memoryUsage.rss() / 2 ** 20,
  };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new WordbrushError('INVALID_OPTION', 'Expected --pictures: at least one.');
  return value;
}

function describe(measured: Measured): string {
  const { device, adapter, loadMs, firstPictureMs, medianMs, p95Ms, picturesPerSecond, residentMiB } =
    measured;
  return alignColumns([
    ['device', adapter === undefined ? device : `${device} (${adapter})`],
    ['model loaded in', `${loadMs.toFixed(0)} ms`],
    ['first picture', `${firstPictureMs.toFixed(1)} ms`],
    ['further pictures, median', `${medianMs.toFixed(1)} ms`],
    ['95 of 100 within', `${p95Ms.toFixed(1)} ms`],
    ['eight at once', `${picturesPerSecond.toFixed(1)} pictures a second`],
    ['resident memory', `${residentMiB.toFixed(0)} MiB`],
  ]);
}
