import type { Evaluation } from '../training/evaluation/evaluation-record.js';
import { measureRows } from '../training/evaluation/measure-rows.js';
import { alignColumns } from './align-columns.js';

/** The numbers of an evaluation beside those of real pictures, for a terminal. */
export function describeEvaluation(evaluation: Evaluation): string {
  const { samples, seed, size, captions, features } = evaluation.protocol;
  const how = `${samples} pictures a split, ${size}×${size}, seed ${seed}, ${captions} captions; features of ${features.network}`;
  const rows = measureRows(evaluation).map(({ measure, drawn, real, chance }) => [
    measure,
    drawn,
    real,
    chance,
  ]);
  return [how, alignColumns([['', 'drawn', 'real', 'chance'], ...rows]), ...evaluation.warnings].join('\n');
}
