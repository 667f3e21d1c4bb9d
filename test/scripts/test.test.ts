import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../temporary-folder.js';
import { fakeProject, runScript } from './fake-project.js';

const report = (status: string, ...tests: string[]) =>
  JSON.stringify({ testResults: [{ status, assertionResults: tests.map((test) => ({ status: test })) }] });

function npmTest(content: string | undefined, env: NodeJS.ProcessEnv = {}, args: string[] = []) {
  const root = fakeProject();
  if (content !== undefined) writeFiles(root, { 'report.json': content });
  const reportPath = content === undefined ? undefined : join(root, 'report.json');
  const { status, lines, stderr } = runScript(root, 'test.mjs', args, { ...env, REPORT: reportPath });
  return { status, lines, lastLine: lines.at(-1), stderr };
}

describe('npm test', () => {
  it('sets up the training backend, hands its arguments to vitest, and ends with the counts', () => {
    const { status, lines } = npmTest(report('passed', 'passed', 'passed', 'skipped'), {}, ['test/sdk']);
    expect(lines).toEqual([
      'main ["setup","training"] 1',
      'vitest ["run","test/sdk"]',
      '1 skipped, for what they need is not here',
      '2 passed, 0 failed',
    ]);
    expect(status).toBe(0);
  });

  it('fails with the failed tests', () => {
    const result = npmTest(report('failed', 'passed', 'failed'), { VITEST_EXIT_CODE: '1' });
    expect(result).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
  });

  it('fails when vitest crashes before its report', () => {
    const result = npmTest(undefined, { VITEST_EXIT_CODE: '134' });
    expect(result).toMatchObject({ status: 1, lastLine: '0 passed, 1 failed' });
    expect(result.stderr).toContain('exit code 134');
  });

  it('fails when something threw outside every test', () => {
    const result = npmTest(report('passed', 'passed'), { VITEST_EXIT_CODE: '1' });
    expect(result).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
  });

  it('fails when no test ran', () => {
    expect(npmTest(report('passed', 'skipped'))).toMatchObject({
      status: 1,
      lastLine: '0 passed, 0 failed',
    });
  });

  it('runs the tests though the setup failed, and counts that as a failure', () => {
    const result = npmTest(report('passed', 'passed'), { EXIT_CODE: '1' });
    expect(result).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed' });
  });

  it('ends with the counts though the build failed', () => {
    const root = fakeProject({ 'node_modules/typescript/bin/tsc': 'process.exit(2)' });
    const { status, lines } = runScript(root, 'test.mjs');
    expect({ status, lines }).toEqual({ status: 1, lines: ['0 passed, 1 failed'] });
  });
});
