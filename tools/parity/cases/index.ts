import type { ParityCase } from '../parity-case.js';
import { ATTNGAN_CASES } from './attngan.js';
import { BASIC_CASES } from './basics.js';
import { DAMSM_CASES } from './damsm.js';
import { IMAGE_ENCODER_CASES } from './image-encoder.js';
import { STACKGAN_CASES } from './stackgan.js';
import { STACKGAN_PP_CASES } from './stackgan-pp.js';
import { TEXT_ENCODER_CASES } from './text-encoder.js';

/** Every case that the command knows. */
export const PARITY_CASES: readonly ParityCase[] = [
  ...BASIC_CASES,
  ...STACKGAN_CASES,
  ...STACKGAN_PP_CASES,
  ...ATTNGAN_CASES,
  ...DAMSM_CASES,
  ...IMAGE_ENCODER_CASES,
  ...TEXT_ENCODER_CASES,
];
