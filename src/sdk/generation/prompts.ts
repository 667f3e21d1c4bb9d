import * as z from 'zod/mini';
import { checkPrompt } from '../text/index.js';
import { list } from '../validation/expectations.js';
import { check } from './call-options.js';

const MAX_PROMPTS = 1000;

export const promptSchema = z.string({ error: 'a text' });

const promptsSchema = list(promptSchema, 1, MAX_PROMPTS);

/** One prompt, or a list of them. @throws WordbrushError INVALID_OPTION. */
function checkPrompts(input: unknown): readonly string[] {
  return Array.isArray(input)
    ? check(promptsSchema, input, 'prompts')
    : [check(promptSchema, input, 'prompt')];
}

/**
 * The prompts of a call, of which nothing more can be said without a model.
 * @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG.
 */
export function checkedPrompts(input: unknown): readonly string[] {
  const prompts = checkPrompts(input);
  for (const prompt of prompts) {
    checkPrompt(prompt);
  }
  return prompts;
}

/** One text that is to be a text. @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG. */
export function checkedText(input: unknown, name: string): string {
  const text = check(promptSchema, input, name);
  checkPrompt(text);
  return text;
}
