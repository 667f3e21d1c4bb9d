const PICTURE_SUFFIX = /\.(jpe?g|png|webp|avif|gif|tiff?|bmp)$/iu;

/** Which pictures of a data set names mean. */
export interface PictureMatches {
  /** By the picture's name in the data set: the place of its name among `names`. */
  byPicture: ReadonlyMap<string, number>;
  /** Names that are no picture of the data set. */
  unmatched: readonly string[];
  /** A picture that several names mean. */
  twice: string | undefined;
}

/**
 * Finds the pictures that names of `filenames.pickle` mean: `002.Laysan_Albatross/Laysan_Albatross_0002_1027` is
 * `images/002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg`. A picture's path has to end as the name does, suffixes
 * aside; of other folders (`jpg/image_00001`) the last part is enough, where one name and one picture have it.
 * @param pictures names of the data set, each once.
 */
export function matchPictures(names: readonly string[], pictures: readonly string[]): PictureMatches {
  const picturesOf = byLastPart(pictures);
  const namesOf = byLastPart(names);
  const byPicture = new Map<string, number>();
  const unmatched: string[] = [];
  let twice: string | undefined;
  for (const [index, name] of names.entries()) {
    const candidates = picturesOf.get(lastPart(name)) ?? [];
    const path = `/${withoutSuffix(name)}`;
    const ending = candidates.filter((picture) => `/${withoutSuffix(picture)}`.endsWith(path));
    const isAlone = namesOf.get(lastPart(name))?.length === 1;
    const [picture, another] = ending.length === 0 && isAlone ? candidates : ending;
    if (picture === undefined || another !== undefined) unmatched.push(name);
    else if (byPicture.has(picture)) twice ??= picture;
    else byPicture.set(picture, index);
  }
  return { byPicture, unmatched, twice };
}

function byLastPart(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const part = lastPart(path);
    const group = groups.get(part);
    if (group === undefined) groups.set(part, [path]);
    else group.push(path);
  }
  return groups;
}

function withoutSuffix(path: string): string {
  return path.replace(PICTURE_SUFFIX, '');
}

function lastPart(path: string): string {
  return withoutSuffix(path.slice(path.lastIndexOf('/') + 1));
}
