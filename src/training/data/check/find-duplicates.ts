import type { CaptionedImage } from '../captioned-image.js';
import type { InspectedPicture } from './inspect-picture.js';

/** Pictures that show the same. */
export interface DuplicateGroup {
  /** `identical`: the same bytes. `alike`: thumbnails that differ by no more than another encoding does. */
  kind: 'identical' | 'alike';
  /** Two or more, in the order of the data set. */
  images: readonly CaptionedImage[];
  /** Some are trained on and some are held out: a test then tells nothing of them. */
  acrossSplits: boolean;
}

/**
 * Levels of 256. Scaling and JPEG of quality 50 changed one value of a thumbnail by 20 at most and all by 5 in the mean;
 * different pictures of birds and of emoji differed by 45 and by 11 at least.
 */
const MOST_DIFFERENCE = 24;
const MOST_MEAN_DIFFERENCE = 6;

/** Groups of pictures that are the same, by hash of their bytes, or look the same, by 8 × 8 thumbnails in colour. */
export function findDuplicates(pictures: readonly InspectedPicture[]): DuplicateGroup[] {
  const byHash = new Map<string, InspectedPicture[]>();
  for (const picture of pictures) byHash.set(picture.hash, [...(byHash.get(picture.hash) ?? []), picture]);
  const places = new Map(pictures.map((picture, place) => [picture, place]));
  const inOrder = (group: readonly InspectedPicture[]) =>
    group.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)).map(({ image }) => image);
  const identical = [...byHash.values()].filter(({ length }) => length > 1);
  const alike = groupsAlike([...byHash.values()].flatMap(([first]) => (first === undefined ? [] : [first])));
  return [
    ...identical.map((group) => describe('identical', inOrder(group))),
    ...alike.map((group) => describe('alike', inOrder(group))),
  ].toSorted((a, b) => Number(b.acrossSplits) - Number(a.acrossSplits));
}

function describe(kind: DuplicateGroup['kind'], images: CaptionedImage[]): DuplicateGroup {
  return { kind, images, acrossSplits: new Set(images.map(({ split }) => split)).size > 1 };
}

/**
 * Thumbnails that differ by `MOST_MEAN_DIFFERENCE` in the mean do not differ more in their means: in order of their means,
 * each need be compared with few.
 */
function groupsAlike(pictures: readonly InspectedPicture[]): InspectedPicture[][] {
  const sorted = pictures
    .map((picture) => ({ picture, mean: meanOf(picture.thumbnail) }))
    .sort((a, b) => a.mean - b.mean);
  const groupOf = new Map<InspectedPicture, InspectedPicture[]>();
  for (const [place, { picture, mean }] of sorted.entries()) {
    for (let next = place + 1; next < sorted.length; next++) {
      const other = sorted[next];
      if (other === undefined || other.mean - mean > MOST_MEAN_DIFFERENCE) break;
      if (!looksLike(picture.thumbnail, other.picture.thumbnail)) continue;
      const group = groupOf.get(picture) ?? [picture];
      const joining = groupOf.get(other.picture) ?? [other.picture];
      if (joining !== group) group.push(...joining);
      for (const each of group) groupOf.set(each, group);
    }
  }
  return [...new Set(groupOf.values())].filter(({ length }) => length > 1);
}

function looksLike(one: Uint8Array, other: Uint8Array): boolean {
  let sum = 0;
  for (const [place, value] of one.entries()) {
    const difference = Math.abs(value - (other[place] ?? 0));
    if (difference > MOST_DIFFERENCE) return false;
    sum += difference;
  }
  return sum <= MOST_MEAN_DIFFERENCE * one.length;
}

function meanOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
}
