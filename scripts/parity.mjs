// npm run parity -- FOLDER [--case NAME] [--backend native|cpu] [--json]: our models against stored official numbers.
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './steps/check-node.mjs';

const problem = nodeProblem(process.versions.node);
if (problem === undefined) process.exitCode = await parity(process.argv.slice(2));
else {
  console.error(problem);
  process.exitCode = 1;
}

async function parity(args) {
  const { installPackages } = await import('./steps/install-packages.mjs');
  const installed = await installPackages(fileURLToPath(new URL('..', import.meta.url)));
  if (installed !== 0) return installed;
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // From the sources, without a build: whoever changes a layer compares at once.
  const { register } = await import('tsx/esm/api');
  register();
  const { parityCommand } = await import('../tools/parity/command.ts');
  try {
    return await parityCommand(args, (line) => console.log(line));
  } catch (error) {
    console.error(`error ${error.code ?? 'UNEXPECTED'}: ${error.message}`);
    return 1;
  }
}
