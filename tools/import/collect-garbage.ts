import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back buffers that nothing holds any more. V8 hardly counts them, and would keep hundreds of megabytes of files and
 * of weights that were rearranged until long after the models of an import are done.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
