import type { PromptWord } from '../sdk/index.js';

/** One line for each way in which words of a prompt were left out; none if all were read. */
export function describeWords(words: readonly PromptWord[]): string[] {
  const unknown = distinct(words.filter(({ status }) => status === 'unknown'));
  const truncated = words.filter(({ status }) => status === 'truncated');
  const lines: string[] = [];
  if (unknown.length > 0) {
    lines.push(`left out, not in the vocabulary: ${unknown.map(nameUnknown).join(', ')}`);
  }
  if (truncated.length > 0) {
    lines.push(`left out, the prompt is too long: ${truncated.map(({ text }) => text).join(' ')}`);
  }
  return lines;
}

function distinct(words: readonly PromptWord[]): PromptWord[] {
  return [...new Map(words.map((word) => [word.text, word])).values()];
}

function nameUnknown({ text, suggestions = [] }: PromptWord): string {
  return suggestions.length === 0 ? text : `${text} (near: ${suggestions.join(', ')})`;
}
