import { WordbrushError } from '../sdk/errors.js';

/**
 * Refuses an option that a command does not declare; citty itself takes `--cuont 4` for a flag and a word.
 * @param args what citty read. @param declared the command's `args`, or their names.
 * @throws WordbrushError INVALID_OPTION.
 */
export function refuseUnknownOptions(args: object, declared: object): void {
  const known = Object.keys(declared);
  const allowed = new Set(['_', ...known, ...known.map(camelCase)]);
  const unknown = Object.keys(args).find((name) => !allowed.has(name));
  if (unknown !== undefined) {
    const dashes = unknown.length === 1 ? '-' : '--';
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected options that the command has, received ${dashes}${unknown}.`,
      {
        hint: `It has ${known.map((name) => `--${name}`).join(', ')}.`,
        details: { option: unknown },
      },
    );
  }
}

/**
 * Refuses words beyond the `places` that a command has for them; citty drops them.
 * @throws WordbrushError INVALID_OPTION.
 */
export function refuseSurplusWords({ _: words }: { _: string[] }, places: number): void {
  const surplus = words[places];
  if (surplus === undefined) return;
  throw new WordbrushError('INVALID_OPTION', `Expected no further word, received ${surplus}.`, {
    hint: 'Add --help for what the command takes.',
  });
}

/** citty offers `two-words` as `twoWords` too. */
function camelCase(name: string): string {
  return name.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}
