import * as z from 'zod/mini';
import { integer } from '../validation/expectations.js';
import { check } from './call-options.js';
import { noiseSchema, type PictureChoice, randomSeed, seedSchema } from './draw-options.js';
import type { Noise } from './picture-noise.js';
import { promptSchema } from './prompts.js';

/** One end of an interpolation of a model without text. */
export interface NoiseEnd {
  /** @default that of the other end, or a random one */
  seed?: number | undefined;
  noise?: Noise | undefined;
}

/** One end of an interpolation. */
export interface TextEnd extends NoiseEnd {
  prompt: string;
}

const MAX_STEPS = 1000;

const endFields = { seed: z.optional(seedSchema), noise: z.optional(noiseSchema) };

const noiseEndSchema = z.strictObject(endFields, { error: 'an object with seed or noise' });

const textEndSchema = z.strictObject(
  { ...endFields, prompt: promptSchema },
  { error: 'a text, or an object with prompt' },
);

/** @throws WordbrushError INVALID_OPTION. */
export function checkSteps(input: unknown): number {
  return check(integer(2, MAX_STEPS), input, 'steps');
}

/**
 * Both ends of an interpolation; what one leaves out the other decides.
 * @throws WordbrushError INVALID_OPTION.
 */
export function checkEnds(
  a: unknown,
  b: unknown,
  conditional: boolean,
): [PictureChoice & { prompt: string }, PictureChoice & { prompt: string }] {
  const read = (
    input: unknown,
    name: string,
  ): { prompt: string; seed?: number | undefined; noise?: Noise | undefined } => {
    if (!conditional) {
      return { prompt: '', ...check(noiseEndSchema, input, name) };
    }
    return typeof input === 'string' ? { prompt: input } : check(textEndSchema, input, name);
  };
  const [first, second] = [read(a, 'a'), read(b, 'b')];
  const seed = first.seed ?? second.seed ?? randomSeed();
  return [
    { prompt: first.prompt, noise: first.noise, seed: first.seed ?? seed },
    { prompt: second.prompt, noise: second.noise, seed: second.seed ?? seed },
  ];
}
