import type { CheckpointChoice } from '../training/run/checkpoint-places.js';
import { parseInteger } from './parse-arguments.js';

/** Which checkpoint of a run, for commands that take one. */
export const checkpointArgument = {
  checkpoint: {
    type: 'string',
    default: 'last',
    valueHint: 'WHICH',
    description: 'last, best (by the measure of keepBest) or a step',
  },
} as const;

/** @throws WordbrushError INVALID_OPTION */
export function checkpointChoice(text: string): CheckpointChoice {
  return text === 'last' || text === 'best' ? text : parseInteger('checkpoint', text, 1);
}
