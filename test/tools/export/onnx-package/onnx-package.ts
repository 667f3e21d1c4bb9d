import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('check_models.py', import.meta.url));

/** A Python that has the package `onnx`, or why there is none. */
export type OnnxPackage = { python: string } | { python: undefined; reason: string };

/** Looks at the Python that the environment variable WORDBRUSH_PYTHON names, `python3` unless it is set. */
export function findOnnxPackage(): OnnxPackage {
  const python = process.env.WORDBRUSH_PYTHON ?? 'python3';
  const { status, error } = spawnSync(python, ['-c', 'import onnx'], { encoding: 'utf8' });
  if (error !== undefined) return { python: undefined, reason: `${python} does not start` };
  if (status !== 0) return { python: undefined, reason: `${python} has no package onnx` };
  return { python };
}

/** What the package's checker and shape inference refuse of these files, by path; an empty object if nothing. */
export function checkModels(python: string, paths: readonly string[]): Record<string, string> {
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT], {
    input: paths.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`The checker of the onnx package failed: ${stderr}`);
  return JSON.parse(stdout) as Record<string, string>;
}
