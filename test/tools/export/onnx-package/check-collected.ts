import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkModels, findOnnxPackage } from './onnx-package.js';

/** Where tests leave the files that they exported, for one check at the end of the run. */
export const FOLDER_VARIABLE = 'WORDBRUSH_EXPORTED_MODELS';

/** Makes the folder for the files; what it returns checks them. */
export default function startCollecting(): () => void {
  const found = findOnnxPackage();
  if (found.python === undefined) {
    return () =>
      process.stdout.write(`Exported files were not checked with the onnx package: ${found.reason}.\n`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'wordbrush-exported-'));
  process.env[FOLDER_VARIABLE] = folder;
  return () => {
    try {
      checkCollected(found.python, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function checkCollected(python: string, folder: string): void {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => join(folder, name));
  if (paths.length === 0) return;
  const problems = Object.entries(checkModels(python, paths));
  process.stdout.write(
    `The onnx package checked ${paths.length} exported files and refused ${problems.length}.\n`,
  );
  if (problems.length === 0) return;
  const named = problems.map(([path, problem]) => {
    return `"${readFileSync(path.replace(/\.onnx$/u, '.txt'), 'utf8')}": ${problem}`;
  });
  // vitest reports what a teardown throws, but ends well all the same.
  process.exitCode = 1;
  throw new Error(`The onnx package refuses files that tests exported:\n${named.join('\n')}`);
}
