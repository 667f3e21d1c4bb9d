/** What columns of captions are called, most telling first. */
const USUAL = [
  'captions',
  'caption',
  'sentences_raw',
  'sentences',
  'sentence',
  'texts',
  'text',
  'descriptions',
  'description',
  'prompts',
  'prompt',
] as const;

/** The columns that hold captions, by their names: the first usual one, and all numbered ones of that name (`caption_0`). */
export function captionColumnsAmong(names: readonly string[]): string[] {
  const lower = (name: string) => name.toLowerCase();
  for (const usual of USUAL) {
    const found = names.filter((name) => new RegExp(`^${usual}(_?\\d+)?$`).test(lower(name)));
    if (found.length > 0) return found;
  }
  return [];
}
