import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/training/evaluation/evaluation-record.js';
import { ticks } from '../../../src/training/report/chart.js';
import { chartGroups } from '../../../src/training/report/chart-groups.js';
import { evenly } from '../../../src/training/report/embed-samples.js';
import { readMetrics } from '../../../src/training/report/read-metrics.js';
import { smoothed, thinned } from '../../../src/training/report/smooth.js';
import { writeReport } from '../../../src/training/report/write-report.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { MICRO_STACKGAN, MICRO_STAGE2 } from '../run/micro-configs.js';

const DATASET = {
  name: 'Shapes & "colours"',
  licence: 'MIT',
  trainPictures: 48,
  testPictures: 4,
  examples: ['a <b>bold</b> disk'],
};

const HASH = 'a'.repeat(64);
const precision = (mean: number) => ({
  mean,
  standardDeviation: 0.02,
  pictures: 64,
  mismatched: 99,
  folds: 10,
});
const kernel = (mean: number) => ({ mean, standardDeviation: 0.001, subsets: 20, subsetSize: 64 });
const EVALUATION: Evaluation = {
  formatVersion: 1,
  model: { name: 'm', architecture: 'stackgan', sha256: HASH, device: 'cpu' },
  data: { name: 'shapes', licence: 'MIT', trainPictures: 48, testPictures: 4 },
  protocol: {
    samples: 64,
    seed: 7,
    captions: 'first',
    size: 128,
    resize: 'bilinear',
    features: { network: 'EfficientNet-Lite0', weightsSha256: HASH, side: 224 },
  },
  splits: [
    {
      split: 'test',
      pictures: 4,
      samples: 64,
      unreadablePrompts: 0,
      distances: {
        reference: { pictures: 4, sha256: HASH },
        frechet: { drawn: 0.5, pictures: 64 },
        kernel: { drawn: kernel(0.0125), real: kernel(0.0003) },
        inceptionScoreAnalogue: {
          drawn: { mean: 3, standardDeviation: 0.1, splits: 10 },
          real: { mean: 5, standardDeviation: 0.1, splits: 10 },
        },
      },
      rPrecision: [
        {
          judge: { name: 'judge <1>', sha256: HASH, independent: true },
          drawn: precision(0.31),
          real: precision(0.98),
          shuffled: precision(0.008),
          unreadablePrompts: 0,
          unreadableCaptions: 0,
        },
      ],
    },
  ],
  warnings: ['few samples'],
};

const WARNING = { kind: 'text-ignored', value: 0.02, threshold: 0.1, message: 'the text is <ignored>' };

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const step = index + 1;
    const values = { step, epoch: 0, discriminator: 1 / step, accuracyReal64: 0.5, imagesPerSecond: 20 };
    return `${JSON.stringify(step % 100 === 0 ? { ...values, warnings: [WARNING] } : values)}\n`;
  }).join('');
}

/** A run folder as training leaves it, with both stages begun. */
async function runFolder(): Promise<string> {
  const png = await sharp({ create: { width: 700, height: 40, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
  const config = { ...MICRO_STACKGAN, stage2: MICRO_STAGE2 };
  const folder = temporaryFolder({
    'config.json': JSON.stringify(config),
    'dataset.json': JSON.stringify(DATASET),
    'metrics.jsonl': `${lines(300)}{"step":301,"disc`,
    'stage-2/metrics.jsonl': lines(3),
  });
  mkdirSync(join(folder, 'samples'));
  for (const step of ['0000100', '0000200']) writeFileSync(join(folder, 'samples', `${step}.png`), png);
  writeFileSync(join(folder, 'samples', '0000200-attention.png'), png);
  return folder;
}

describe('a report', () => {
  it('is one page with curves, samples, warnings, settings and data, and needs nothing else', async () => {
    const run = await runFolder();
    const path = await writeReport({ run });
    expect(path).toBe(join(run, 'report.html'));
    const page = readFileSync(path, 'utf8');
    // Nothing is fetched: no address but those of data, no file beside it.
    expect(page).not.toMatch(/https?:|src="(?!data:)|<link|@import|url\(/);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<polyline class="line/g)?.length).toBe(6);
    expect(page.match(/<polyline class="raw/g)?.length).toBe(3);
    expect(page.match(/data-step="\d+"><img src="data:image\/webp;base64,/g)?.length).toBe(3);
    expect(page).toContain('width="640" height="37"');
    expect(page).toContain('Stage 2');
    expect(page).toContain('3 of 4');
    expect(page).toContain('3 times, first at step 100, last at step 300: the text is &lt;ignored&gt;.');
    expect(page).toContain('<ul class="examples"><li>a &lt;b&gt;bold&lt;/b&gt; disk</li></ul>');
    // A number at the right edge is not cut in half: step 300 of 300.
    expect(page).toMatch(/text-anchor="end">300<\/text>/);
    // What has a `display` of its own is hidden by a rule alone.
    expect(page).toContain('.time[hidden] { display: none; }');
    expect(page).toContain('slider.hidden = figures.length < 2');
    expect(page).not.toContain('<b>bold</b>');
    expect(page).toContain('&quot;klWeight&quot;');
    expect(page).not.toContain('Final metrics');
  });

  it('has the results of an evaluation where there are some', async () => {
    const run = await runFolder();
    writeFileSync(join(run, 'evaluation.json'), JSON.stringify(EVALUATION));
    const out = join(run, 'elsewhere', 'page.html');
    const page = readFileSync(await writeReport({ run, out }), 'utf8');
    expect(page).toContain(
      '<td>R-precision, test captions, 1 of 100, independent judge judge &lt;1&gt;</td><td>31.0 % ± 2.0 %</td><td>98.0 % ± 2.0 %</td><td>0.8 % ± 2.0 %</td>',
    );
    expect(page).toMatch(
      /Kernel distance, test<\/td><td>12\.5 ± 1\.0 ‰<\/td><td>0\.3 ± 1\.0 ‰<\/td><td><\/td><td>64 pictures in 20 subsets of 64, against 4 real/,
    );
    expect(page).toContain('64 pictures of 128 pixels a split, seed 7');
    expect(page).toContain('few samples');
    writeFileSync(join(run, 'evaluation.json'), '{"formatVersion":2}');
    await expect(writeReport({ run, out })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('evaluation.json'),
    });
    await expect(writeReport({ run, out, evaluation: join(run, 'none.json') })).rejects.toMatchObject({
      code: 'FILE_MISSING',
    });
  });

  it('is refused for a folder without a run, and nothing is written', async () => {
    const folder = temporaryFolder();
    await expect(writeReport({ run: folder })).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a sample that is no picture', async () => {
    const run = await runFolder();
    writeFileSync(join(run, 'samples', '0000300.png'), 'no picture');
    await expect(writeReport({ run })).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('0000300.png'),
    });
    expect(readdirSync(run)).not.toContain('report.html');
  });
});

describe('metrics', () => {
  it('are read by name, with the steps that have them; cut lines are passed over', async () => {
    const folder = temporaryFolder({
      'metrics.jsonl':
        '{"step":1,"kl":2}\n{"step":2,"kl":null,"retrievalTest":0.5}\nno\n{"step":3,"kl":1}\n{"st',
    });
    const { series, lastStep } = await readMetrics(join(folder, 'metrics.jsonl'));
    expect(lastStep).toBe(3);
    expect(series).toEqual([
      { name: 'kl', steps: [1, 3], values: [2, 1] },
      { name: 'retrievalTest', steps: [2], values: [0.5] },
    ]);
  });
});

describe('curves', () => {
  const steps = Array.from({ length: 1000 }, (_, index) => index + 1);

  it('are smoothed without a pull to zero', () => {
    const flat = smoothed({ name: 'a', steps, values: steps.map(() => 5) });
    expect(Math.max(...flat.map(({ value }) => Math.abs(value - 5)))).toBeLessThan(1e-9);
    const noisy = smoothed({ name: 'a', steps, values: steps.map((step) => (step % 2) * 2) });
    for (const { value } of noisy.slice(100)) expect(Math.abs(value - 1)).toBeLessThan(0.1);
  });

  it('keep their peaks when they are thinned', () => {
    const points = steps.map((step) => ({ step, value: step === 777 ? 50 : 0 }));
    const thin = thinned(points, 100);
    expect(thin.length).toBeLessThanOrEqual(200);
    expect(thin).toContainEqual({ step: 777, value: 50 });
    expect(thin.map(({ step }) => step)).toEqual(thin.map(({ step }) => step).sort((a, b) => a - b));
  });

  it('that belong together share a chart, each size of picture by itself', () => {
    const names = [
      'discriminator',
      'generator',
      'real64',
      'fake64',
      'real128',
      'accuracyReal64',
      'kl',
      'odd',
    ];
    const groups = chartGroups(names.map((name) => ({ name, steps: [1], values: [1] })));
    expect(groups.map(({ title, series }) => [title, series.map(({ name }) => name)])).toEqual([
      ['Losses', ['discriminator', 'generator']],
      ['Judged rightly, 64 pixels', ['accuracyReal64']],
      ['Terms of the discriminator, 64 pixels', ['real64', 'fake64']],
      ['Terms of the discriminator, 128 pixels', ['real128']],
      ['Divergence of the conditioning augmentation', ['kl']],
      ['odd', ['odd']],
    ]);
  });

  it('have round numbers on their axes', () => {
    expect(ticks({ least: 0, most: 40_000 }, 5)).toEqual([0, 10_000, 20_000, 30_000, 40_000]);
    expect(ticks({ least: -0.31, most: 1.04 }, 4)).toEqual([0, 0.5, 1]);
  });
});

describe('samples', () => {
  it('of a long run are chosen evenly, the first and the last among them', () => {
    const all = Array.from({ length: 400 }, (_, index) => index);
    const some = evenly(all, 24);
    expect(some).toHaveLength(24);
    expect([some[0], some.at(-1)]).toEqual([0, 399]);
    expect(new Set(some).size).toBe(24);
    expect(evenly([1, 2, 3], 24)).toEqual([1, 2, 3]);
  });
});
