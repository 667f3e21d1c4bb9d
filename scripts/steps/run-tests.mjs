import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './count-tests.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Runs vitest and counts its tests. If it ends badly without a failed test (it crashed, found no test file, or
 * something threw outside every test), that is one failure more.
 * @param {string} root folder of package.json
 * @param {string[]} args for vitest
 * @returns {Promise<import('./count-tests.mjs').Counts>}
 */
export async function runTests(root, args) {
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-test-'));
  try {
    const reportPath = join(folder, 'report.json');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
    const exitCode = await runCommand(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: root,
    });
    const counts = await readCounts(reportPath);
    if (exitCode !== 0 && counts.failed === 0) {
      console.error(
        `vitest ended with exit code ${exitCode} though no test failed; that counts as a failure.`,
      );
      counts.failed = 1;
    }
    return counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing was counted if vitest did not live to write its report. */
async function readCounts(reportPath) {
  try {
    return countTests(JSON.parse(await readFile(reportPath, 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
