import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread with one of wordbrush's own scripts.
 * @param script the compiled `.js`; its `.ts` is run where there are only sources.
 */
export function startThread(script: URL, workerData?: unknown): Worker {
  if (existsSync(fileURLToPath(script))) {
    return new Worker(script, { workerData, execArgv: argumentsForFiles(process.execArgv) });
  }
  // From the sources, as wordbrush's own developers run it, the thread needs tsx to read TypeScript.
  const source = JSON.stringify(script.href.replace(/\.js$/, '.ts'));
  return new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${source}, ${source}));`, {
    eval: true,
    workerData,
  });
}

/** Without what says how a text is read: a thread begins with a file, and Node refuses it then. */
function argumentsForFiles(args: readonly string[]): string[] {
  return args.filter((arg, at) => !arg.startsWith('--input-type') && args[at - 1] !== '--input-type');
}
