// npm test: brings whatever the tests need, runs them, and ends with a line `N passed, N failed` alone.
// Arguments go to vitest: npm test -- test/sdk
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './steps/check-node.mjs';
import { countsLine } from './steps/count-tests.mjs';

const counts = await test(process.argv.slice(2));
if (counts.skipped > 0) console.log(`${counts.skipped} skipped, for what they need is not here`);
console.log(countsLine(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function test(args) {
  // A step that fails counts as one failure, so that the last line tells.
  const failure = { passed: 0, failed: 1, skipped: 0 };
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) {
    console.error(problem);
    return failure;
  }
  const { build } = await import('./steps/build.mjs');
  const { installPackages } = await import('./steps/install-packages.mjs');
  const { runCommand } = await import('./steps/run-command.mjs');
  const { runTests } = await import('./steps/run-tests.mjs');
  const root = fileURLToPath(new URL('..', import.meta.url));
  // ONNX Runtime reads this as it loads.
  process.env.ORT_DISABLE_TELEMETRY = '1';

  if ((await installPackages(root)) !== 0 || (await build(root)) !== 0) return failure;
  const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
  const setup = await runCommand(process.execPath, [main, 'setup', 'training']);
  const tested = await runTests(root, args);
  if (setup === 0) return tested;
  console.error('The setup of the training backend failed before the tests; see above.');
  return { ...tested, failed: tested.failed + 1 };
}
