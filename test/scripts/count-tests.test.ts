import { describe, expect, it } from 'vitest';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
const steps: { countTests(report: unknown): Counts; countsLine(counts: Counts): string } = await import(
  new URL('../../scripts/steps/count-tests.mjs', import.meta.url).href
);

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('countTests', () => {
  it('adds up the files of a report', () => {
    const report = {
      testResults: [
        file('passed', 'passed', 'passed', 'skipped'),
        file('failed', 'passed', 'failed', 'todo'),
      ],
    };
    expect(steps.countTests(report)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it('counts a file that does not load as a failure', () => {
    const report = { testResults: [file('passed', 'passed'), file('failed'), file('failed', 'passed')] };
    expect(steps.countTests(report)).toEqual({ passed: 2, failed: 2, skipped: 0 });
  });
});

describe('countsLine', () => {
  it('says passed and failed, and nothing else', () => {
    expect(steps.countsLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(steps.countsLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed');
  });
});
