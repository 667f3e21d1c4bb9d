import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';

/** Emoji groups of Unicode that become the data set's groups. Left out: 2, bare skin tones and hair; 9, flags. */
const GROUPS = new Map([
  [0, 'smileys-emotion'],
  [1, 'people-body'],
  [3, 'animals-nature'],
  [4, 'food-drink'],
  [5, 'travel-places'],
  [6, 'activities'],
  [7, 'objects'],
  [8, 'symbols'],
]);

const emojiSchema = z.object({
  label: z.string().min(1),
  hexcode: z.string().regex(/^[0-9A-F]+(-[0-9A-F]+)*$/),
  tags: z.array(z.string()).default([]),
  group: z.number().optional(),
});
type Emoji = z.infer<typeof emojiSchema>;

export interface SelectedEmoji {
  /** Unicode code points in lower case, joined by `-`. */
  hexcode: string;
  group: string;
  /** The label, then the tags. */
  captions: string[];
  /** Path of the picture inside the package. */
  asset: string;
}

/**
 * Joins emojibase's labels and tags with the pictures at hand.
 * @param emojiJson text of emojibase's `en/data.json`. Skin-tone variants are nested in it and so never looked at.
 * @param assets paths of WebP pictures named by their code points.
 * @throws {WordbrushError} `DATASET_INVALID` if the text is not what emojibase 17 writes.
 */
export function selectEmoji(emojiJson: string, assets: Iterable<string>): SelectedEmoji[] {
  const assetByCode = new Map<string, string>();
  for (const asset of assets) {
    const code = asset.match(/^assets\/(.+)\.webp$/)?.[1];
    if (code !== undefined) assetByCode.set(withoutSelectors(code), asset);
  }
  const selected: SelectedEmoji[] = [];
  for (const emoji of parseEmoji(emojiJson)) {
    const group = GROUPS.get(emoji.group ?? -1);
    const asset = assetByCode.get(withoutSelectors(emoji.hexcode));
    if (group === undefined || asset === undefined || isPersonVariant(emoji)) continue;
    selected.push({ hexcode: emoji.hexcode.toLowerCase(), group, captions: captionsOf(emoji), asset });
  }
  return selected;
}

function parseEmoji(text: string): Emoji[] {
  try {
    return z.array(emojiSchema).parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : reasonOf(cause);
    throw new WordbrushError('DATASET_INVALID', `Expected emojibase's list of emoji, got: ${reason}`, {
      cause,
    });
  }
}

/** The variation selector FE0F asks for a coloured glyph; packages disagree about writing it. */
function withoutSelectors(code: string): string {
  return code.toLowerCase().replaceAll('-fe0f', '');
}

/** People joined with a gender, a job or a family: near copies of one another that would outweigh everything else. */
function isPersonVariant({ group, hexcode }: Emoji): boolean {
  return group === 1 && hexcode.includes('200D');
}

/** Some tags are bare symbols, `×` say, in which there is no word to learn. */
function captionsOf({ label, tags }: Emoji): string[] {
  return [label, ...tags.filter((tag) => tag !== label && /[a-z0-9]/i.test(tag))];
}
