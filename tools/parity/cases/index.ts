import type { ParityCase } from '../parity-case.js';
import { BASIC_CASES } from './basics.js';

/** Every case that the command knows. */
export const PARITY_CASES: readonly ParityCase[] = [...BASIC_CASES];
