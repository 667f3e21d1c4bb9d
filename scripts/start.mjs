// npm start -- "a red heart": installs and builds what is not there yet, then draws.
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './steps/check-node.mjs';

const problem = nodeProblem(process.versions.node);
if (problem === undefined) process.exitCode = await start(process.argv.slice(2));
else {
  console.error(problem);
  process.exitCode = 1;
}

async function start(args) {
  const { build } = await import('./steps/build.mjs');
  const { installPackages } = await import('./steps/install-packages.mjs');
  const { runCommand } = await import('./steps/run-command.mjs');
  const root = fileURLToPath(new URL('..', import.meta.url));
  // ONNX Runtime reads this as it loads.
  process.env.ORT_DISABLE_TELEMETRY = '1';

  const prepared = (await installPackages(root)) || (await build(root));
  if (prepared !== 0) return prepared;
  const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
  return runCommand(process.execPath, [main, 'generate', ...(args.length > 0 ? args : ['--gallery'])]);
}
