/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

/**
 * Counts the tests of a vitest JSON report. A file that failed without a failed test (it does not load, or a hook
 * threw) counts as one failure.
 * @param {{testResults: {status: string, assertionResults: {status: string}[]}[]}} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const of = (status) => file.assertionResults.filter((test) => test.status === status).length;
    const [passed, failed] = [of('passed'), of('failed')];
    counts.passed += passed;
    counts.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    counts.skipped += file.assertionResults.length - passed - failed;
  }
  return counts;
}

/**
 * `12 passed, 0 failed`: the last line of `npm test`, alone.
 * @param {Counts} counts
 */
export function countsLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
