import type { DatasetReport } from '../training/data/check/check-dataset.js';
import type { Spread } from '../training/data/check/spread.js';
import { type DatasetProblem, describePlace } from '../training/data/dataset-problems.js';

/** Problems that are shown one by one; the others are counted. */
const MOST_PROBLEMS = 20;

/** A report of `wordbrush data check` for people. */
export function describeDataset(report: DatasetReport): string {
  const { pictures, captions, classes, width, height, kinds, folder, format } = report;
  const { unknownInTest: unknown } = captions;
  const split = `${grouped(pictures.train)} to train on, ${grouped(pictures.test)} held out`;
  const broken = pictures.broken === 0 ? 'none broken' : `${grouped(pictures.broken)} BROKEN`;
  const groups = report.duplicates.length;
  const across = report.duplicates.filter(({ acrossSplits }) => acrossSplits).length;
  const rows: [string, string][] = [
    ['data', `${folder} (${format})`],
    ['pictures', `${grouped(pictures.count)}: ${split}; ${broken}`],
    ['classes', classes === undefined ? 'none given' : grouped(classes)],
    [
      'kinds',
      Object.entries(kinds)
        .map(([kind, count]) => `${grouped(count)} ${kind}`)
        .join(', ') || 'none',
    ],
    ['width', spread(width, 'px')],
    ['height', spread(height, 'px')],
    ['captions', `${grouped(captions.count)}; a picture has ${spread(captions.perPicture)}`],
    ['words a caption', spread(captions.words)],
    ['vocabulary', `${grouped(captions.vocabulary)} words in the training captions`],
    [
      'unknown words',
      unknown.words === 0
        ? 'none in the held-out captions'
        : `${grouped(unknown.words)} in the held-out captions, ${(100 * unknown.shareOfWords).toFixed(2)} % of their words: ${unknown.examples.slice(0, 10).join(', ')}`,
    ],
    [
      'duplicates',
      groups === 0 ? 'none' : `${grouped(groups)} groups, ${grouped(across)} of them across the splits`,
    ],
  ];
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const table = rows.map(([label, text]) => `${label.padEnd(labelWidth)}  ${text}`).join('\n');
  return `${table}\n\n${problemList(report.problems)}`;
}

function problemList(problems: readonly DatasetProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const count = (number: number, word: string) => `${grouped(number)} ${word}${number === 1 ? '' : 's'}`;
  const head = `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`;
  const shown = problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => `${problem.severity}  ${describePlace(problem)}: ${problem.message}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`... and ${grouped(more)} more; --json lists them all`);
  return [head, ...shown].join('\n');
}

function spread(numbers: Spread | undefined, unit = ''): string {
  if (numbers === undefined) return 'unknown';
  const { least, median, percentile95, most } = numbers;
  const written = (number: number) => grouped(Math.round(number * 10) / 10);
  if (least === most) return `${written(least)}${unit && ` ${unit}`}`;
  const range = `${written(least)} to ${written(most)}${unit && ` ${unit}`}`;
  return `${range}, median ${written(median)}, 95 % up to ${written(percentile95)}`;
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}
