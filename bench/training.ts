// npm run bench:training [-- --json] [--only attngan.small]... [--steps N] [--threads N]
// One training step of each architecture, in the sizes of the presets `small` and `paper` with small batches, against the
// same step of the PyTorch twin where the Python that WORDBRUSH_PYTHON names has PyTorch. Data are random and at hand;
// `fed` is the rate over that once pictures are decoded from JPEG files by threads, `waits %` the share of time waiting for them.
import { parseArgs } from 'node:util';
import { selectedCases } from './training/cases.js';
import { type Measurement, measure } from './training/measure.js';
import { reportOf, tableHead, tableRow } from './training/report.js';
import { pythonWithTorch } from './training/side.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    steps: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});
const [steps, threads] = [Number(values.steps), Number(values.threads)];
const python = await pythonWithTorch();
if (!values.json) {
  const note = python === undefined ? '; PyTorch is not there' : '';
  console.log(`Medians of ${steps} training steps on ${threads} threads, both sides in turns${note}.\n`);
  console.log(tableHead());
}
const results: { case: ReturnType<typeof selectedCases>[number]; measurement: Measurement }[] = [];
for (const each of selectedCases(values.only)) {
  const measurement = await measure(each, { steps, threads, python });
  results.push({ case: each, measurement });
  if (!values.json) console.log(tableRow(each, measurement));
}
if (values.json) console.log(JSON.stringify({ steps, threads, ...reportOf(results) }, null, 2));
