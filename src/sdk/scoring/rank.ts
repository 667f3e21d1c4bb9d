import { checkedText } from '../generation/prompts.js';
import type { TensorValues } from '../generation/run-graph.js';
import type { Call, ModelCore } from '../model/model-core.js';
import type { PromptWord } from '../text/index.js';
import { encodeImage } from './encode-image.js';
import { checkImageInput } from './image-input.js';
import { blockSize, type EncodedImage, matchBlock } from './match.js';
import { checkList, checkPairs, checkRankOptions } from './options.js';
import type { RankResult } from './result.js';
import { type ScoringParts, scoringParts } from './scoring-parts.js';

/** What can be said of the arguments without a model. @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG. */
export function checkRankArguments(
  images: unknown,
  texts: unknown,
): { images: readonly unknown[]; texts: readonly string[] } {
  const checkedImages = checkList(images, 'images');
  for (const [index, image] of checkedImages.entries()) {
    checkImageInput(image, `images.${index}`);
  }
  const checkedTexts = checkList(texts, 'texts').map((text, index) => checkedText(text, `texts.${index}`));
  checkPairs(checkedImages.length, checkedTexts.length);
  return { images: checkedImages, texts: checkedTexts };
}

/** @throws WordbrushError as `Model.rank` does. */
export async function rankWith(
  core: ModelCore,
  imageInputs: unknown,
  textInputs: unknown,
  options: unknown,
): Promise<RankResult> {
  const started = performance.now();
  const { images, texts } = checkRankArguments(imageInputs, textInputs);
  const { by, signal, onProgress } = checkRankOptions(options);
  const call = core.begin(signal, onProgress);
  const parts = await scoringParts(core, call);
  const { regionsSide } = parts.imageEncoder;
  const { tokenizer } = core.manifest;
  const longest = tokenizer?.kind === 'words' ? tokenizer.maxLength : 1;
  const block = blockSize(regionsSide ** 2, Math.max(1, longest));
  const blocks = Math.ceil(images.length / block.images) * Math.ceil(texts.length / block.texts);
  const total = images.length + texts.length + blocks;
  let completed = 0;
  const report = (): void => {
    completed++;
    call.report({ phase: 'score', completed, total });
  };

  const textStarted = performance.now();
  const encodedTexts: TensorValues[] = [];
  const words: PromptWord[][] = [];
  for (const text of texts) {
    const read = await core.track(core.readText(text, call));
    encodedTexts.push(read.values);
    words.push(read.words);
    report();
  }
  const imageStarted = performance.now();
  const encodedImages: EncodedImage[] = [];
  for (const [index, image] of images.entries()) {
    const input = { image, name: `images.${index}` };
    encodedImages.push(await encodeImage(core, parts.graphs.imageEncoder, parts.imageEncoder, input, call));
    report();
  }
  const matchStarted = performance.now();
  const { scores, wordScores } = await matchAll(
    core,
    parts,
    { encodedImages, encodedTexts, block },
    call,
    report,
  );
  const ended = performance.now();
  const deciding = by === 'sentence' ? scores : wordScores;
  return {
    scores,
    wordScores,
    textOrder: deciding.map(bestFirst),
    imageOrder: texts.map((_, text) => bestFirst(deciding.map((row) => row[text] ?? 0))),
    words,
    device: core.device,
    timings: {
      loadMs: parts.loadMs,
      textMs: imageStarted - textStarted,
      imageMs: matchStarted - imageStarted,
      matchMs: ended - matchStarted,
      totalMs: ended - started,
    },
  };
}

interface Encoded {
  encodedImages: readonly EncodedImage[];
  encodedTexts: readonly TensorValues[];
  block: { images: number; texts: number };
}

/** All pairs, block by block. */
async function matchAll(
  core: ModelCore,
  { graphs, matcher }: ScoringParts,
  { encodedImages, encodedTexts, block }: Encoded,
  call: Call,
  report: () => void,
): Promise<{ scores: number[][]; wordScores: number[][] }> {
  const table = (): number[][] => encodedImages.map(() => encodedTexts.map(() => 0));
  const [scores, wordScores] = [table(), table()];
  for (let image = 0; image < encodedImages.length; image += block.images) {
    const images = encodedImages.slice(image, image + block.images);
    for (let text = 0; text < encodedTexts.length; text += block.texts) {
      call.mayGoOn();
      const texts = encodedTexts.slice(text, text + block.texts);
      const match = await core.track(matchBlock(graphs.matcher, matcher, { images, texts }, call.signal));
      for (const [row] of images.entries()) {
        const range = [row * texts.length, (row + 1) * texts.length] as const;
        scores[image + row]?.splice(text, texts.length, ...match.sentenceScores.subarray(...range));
        wordScores[image + row]?.splice(text, texts.length, ...match.wordScores.subarray(...range));
      }
      report();
    }
  }
  return { scores, wordScores };
}

/** Numbers of the entries from the largest to the smallest; equals in their own order. */
function bestFirst(values: readonly number[]): number[] {
  return Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
}
