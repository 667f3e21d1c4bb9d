import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OracleCase, OracleIndex } from './oracle-index.js';

/** A released file beside the folder, and the case whose weights it holds. */
const RELEASED = { case: 'real-text-encoder', file: '../attngan-legacy/text_encoder200.pth' } as const;

/** The case of released weights once more, its weights read from the file that was released, where that is there. */
export function releasedCases({ cases }: OracleIndex, folder: string): OracleCase[] {
  const entry = cases.find((each) => each.case === RELEASED.case);
  if (entry === undefined || !existsSync(join(folder, RELEASED.file))) return [];
  return [{ ...entry, case: `${RELEASED.case}.pth`, uses: [...entry.uses, RELEASED.file] }];
}
