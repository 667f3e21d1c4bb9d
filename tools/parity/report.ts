import type { Comparison, ComparisonKind } from './comparison.js';
import type { CaseResult } from './run-parity.js';

const GROUPS: readonly { kind: ComparisonKind; title: string }[] = [
  { kind: 'output', title: 'outputs' },
  { kind: 'loss', title: 'losses' },
  { kind: 'gradient', title: 'gradients' },
  { kind: 'after', title: 'after the step' },
];
const CASE_WIDTH = 24;
const BACKEND_WIDTH = 8;
const NUMBER_WIDTH = 9;
const COUNT_WIDTH = 9;

const VERDICTS: Record<CaseResult['status'], string> = {
  passed: 'pass',
  failed: 'FAIL',
  unknown: 'unknown case: nothing here computes it',
  inputs: 'inputs of other cases only',
};

/** The two lines above the table. */
export function tableHead(): string[] {
  const groups = GROUPS.map(({ title }) => title.padEnd(3 * NUMBER_WIDTH));
  const numbers = GROUPS.map(() => ['abs', 'rel', 'noise'].map((word) => word.padEnd(NUMBER_WIDTH)).join(''));
  const titles = `${'case'.padEnd(CASE_WIDTH)}${'backend'.padEnd(BACKEND_WIDTH)}`;
  return [
    `${titles}${groups.join('')}${'tensors'.padEnd(COUNT_WIDTH)}result`,
    `${' '.repeat(titles.length)}${numbers.join('')}`.trimEnd(),
  ];
}

/**
 * A case as one line: for each kind of result the largest absolute and the largest relative difference, and the stored
 * noise of the latter's tensor; how many of the stored results were compared; the verdict. Below it, indented, what
 * failed.
 */
export function caseLines(result: CaseResult): string[] {
  const { comparisons, notCompared, error, status } = result;
  const name = `${result.case} `.padEnd(CASE_WIDTH);
  const backend = (result.backend ?? '-').padEnd(BACKEND_WIDTH);
  if (status === 'unknown' || status === 'inputs') return [`${name}${backend}${VERDICTS[status]}`];
  const numbers = GROUPS.map(({ kind }) => groupNumbers(comparisons.filter((each) => each.kind === kind)));
  const stored = comparisons.length + notCompared.length;
  const count = `${comparisons.length}/${stored}`.padEnd(COUNT_WIDTH);
  const verdict = `${VERDICTS[status]}${wideBounds(result)}`;
  const line = `${name}${backend}${numbers.join('')}${count}${verdict}`;
  const failures = comparisons.filter((each) => !each.passed).map(failureLine);
  return [line, ...failures, ...(error === undefined ? [] : [`  ${error}`]), ...gapLines(notCompared)];
}

/** How many cases passed, failed, and were not known. */
export function summaryLine(results: readonly CaseResult[]): string {
  const count = (status: CaseResult['status']) => results.filter((each) => each.status === status).length;
  const unknown = count('unknown');
  return [
    `${count('passed')} passed, ${count('failed')} failed`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ].join(', ');
}

function groupNumbers(comparisons: readonly Comparison[]): string {
  const [worst] = [...comparisons].sort((a, b) => orInfinite(b.relative) - orInfinite(a.relative));
  if (worst === undefined) return '-'.padEnd(3 * NUMBER_WIDTH);
  const absolute = comparisons.reduce((most, each) => Math.max(most, orInfinite(each.absolute)), 0);
  return [absolute, worst.relative, worst.noise].map((value) => number(value).padEnd(NUMBER_WIDTH)).join('');
}

/** The bounds beyond the usual ones that were used, and what the other backend has there. */
function wideBounds({ comparisons, backend }: CaseResult): string {
  const other = backend === 'native' ? 'cpu' : 'native';
  const wide = comparisons.filter(({ witnessRelative }) => witnessRelative !== undefined);
  return GROUPS.flatMap(({ kind, title }) => {
    const ofKind = wide.filter((each) => each.kind === kind);
    const [first] = ofKind;
    if (first === undefined) return [];
    const witness = Math.max(...ofKind.map(({ witnessRelative = Number.NaN }) => witnessRelative));
    return `; ${title} within ${number(first.bound)}, ${other} ${number(witness)}`;
  }).join('');
}

function failureLine({ name, absolute, relative, noise, bound }: Comparison): string {
  const numbers = `abs ${number(absolute)}, rel ${number(relative)}, noise ${number(noise)}`;
  return `  ${name}: ${numbers}; bound ${number(bound)}`;
}

function gapLines(notCompared: readonly string[]): string[] {
  return notCompared.length === 0 ? [] : [`  not compared: ${notCompared.join(', ')}`];
}

/** NaN is worse than every number. */
function orInfinite(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

function number(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
