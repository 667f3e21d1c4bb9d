import { isWord, tokenize } from '../../sdk/text/tokenize.js';
import type { CaptionedImage } from './captioned-image.js';
import type { DatasetProblem } from './dataset-problems.js';

/** Far more words than any preset reads of a caption. */
const MANY_WORDS = 200;
/** Share of the training captions from which on a remark is about the data set. */
const SHARE = 0.5;
/** Scripts that are written without spaces: several letters of them in a row are more than a word. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{4,}/u;

/** What is odd about the training captions, as a whole and one by one: warnings, since training can be done. */
export function captionRemarks(folder: string, train: readonly CaptionedImage[]): DatasetProblem[] {
  const captions = train.flatMap((image) => image.captions.map((caption) => ({ image, caption })));
  const remarks: DatasetProblem[] = [];
  const warn = (message: string, image?: CaptionedImage) =>
    remarks.push({
      severity: 'warning',
      path: image?.listedIn ?? folder,
      ...(image && { line: image.line }),
      message,
    });
  const [first, ...others] = captions;
  if (first !== undefined && train.length > 1 && others.every(({ caption }) => caption === first.caption)) {
    warn(
      `has the same caption for all ${train.length} training pictures: no model can learn from it what words mean`,
    );
  }
  const runs = captions.filter(({ caption }) => WITHOUT_SPACES.test(caption));
  if (first !== undefined && runs.length >= SHARE * captions.length) {
    const example = tokenize(runs[0]?.caption ?? '').find((word) => WITHOUT_SPACES.test(word));
    warn(
      `has captions without spaces between words, which are read as one word ('${example}'): put spaces in`,
    );
  }
  for (const { image, caption } of captions) {
    // Each word has a letter and, but for the last, something that ends it.
    if (caption.length < 2 * MANY_WORDS) continue;
    const words = tokenize(caption).filter(isWord).length;
    if (words > MANY_WORDS)
      warn(
        `'${image.fileName}' has a caption of ${words.toLocaleString('en')} words, of which training reads the first few`,
        image,
      );
  }
  return remarks;
}
