import type { DatasetReport } from '../training/data/check/check-dataset.js';
import type { Spread } from '../training/data/check/spread.js';
import { type DatasetProblem, describePlace } from '../training/data/dataset-problems.js';

/** Problems of one kind that are shown one by one; the others are counted. */
const MOST_ALIKE = 3;
const MOST_LINES = 40;

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
    [
      'captions',
      captions.count === 0
        ? 'none'
        : `${grouped(captions.count)}; a picture has ${spread(captions.perPicture)}`,
    ],
    ['words a caption', spread(captions.words)],
    ['vocabulary', `${counted(captions.vocabulary, 'word')} in the training captions`],
    [
      'unknown words',
      pictures.test === 0
        ? 'nothing is held out'
        : unknown.words === 0
          ? 'none in the held-out captions'
          : `${grouped(unknown.words)} in the held-out captions, ${(100 * unknown.shareOfWords).toFixed(2)} % of their words: ${unknown.examples.slice(0, 10).join(', ')}${unknown.words > 10 ? ', ...' : ''}`,
    ],
    [
      'duplicates',
      groups === 0 ? 'none' : `${counted(groups, 'group')}, ${grouped(across)} across the splits`,
    ],
  ];
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const table = rows.map(([label, text]) => `${label.padEnd(labelWidth)}  ${text}`).join('\n');
  return `${table}\n\n${problemList(report.problems)}`;
}

function problemList(problems: readonly DatasetProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const head = `${counted(errors, 'error')}, ${counted(problems.length - errors, 'warning')}`;
  const lines = alike(problems).flatMap((group) => {
    const shown = group
      .slice(0, MOST_ALIKE)
      .map((problem) => `${problem.severity}  ${describePlace(problem)}: ${problem.message}`);
    const more = group.length - shown.length;
    return more > 0 ? [...shown, `         ... and ${grouped(more)} more like it`] : shown;
  });
  const isCut = lines.some((line) => line.startsWith(' '));
  const shown = lines.slice(0, MOST_LINES);
  if (isCut || lines.length > shown.length) shown.push('--json lists them all');
  return [head, ...shown].join('\n');
}

/** Problems of one kind, whatever file and numbers they name, in order of the first. */
function alike(problems: readonly DatasetProblem[]): DatasetProblem[][] {
  const groups = new Map<string, DatasetProblem[]>();
  for (const problem of problems) {
    const kind = `${problem.severity} ${problem.message.replace(/'[^']*'|\([^)]*\)|[\d,]+/g, '#')}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [problem]);
    else group.push(problem);
  }
  return [...groups.values()];
}

function counted(number: number, word: string): string {
  return `${grouped(number)} ${word}${number === 1 ? '' : 's'}`;
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
