import { checkCallOptions } from '../generation/call-options.js';
import { usedWords } from '../generation/encode-text.js';
import { checkedText } from '../generation/prompts.js';
import { attentionMaps } from '../image/attention-map.js';
import type { ModelCore } from '../model/model-core.js';
import { encodeImage } from './encode-image.js';
import { checkImageInput } from './image-input.js';
import { matchOne } from './match.js';
import type { ScoredWord, ScoreResult } from './result.js';
import { scoringParts } from './scoring-parts.js';

/** What can be said of the arguments without a model. @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG. */
export function checkScoreArguments(image: unknown, text: unknown): string {
  checkImageInput(image);
  return checkedText(text, 'text');
}

/** @throws WordbrushError as `Model.score` does. */
export async function scoreWith(
  core: ModelCore,
  image: unknown,
  text: unknown,
  options: unknown,
): Promise<ScoreResult> {
  const started = performance.now();
  const prompt = checkScoreArguments(image, text);
  const { signal, onProgress } = checkCallOptions(options);
  const call = core.begin(signal, onProgress);
  const { graphs, imageEncoder, matcher, loadMs } = await scoringParts(core, call);
  const total = 3;
  const { values, words, elapsedMs: textMs } = await core.track(core.readText(prompt, call));
  call.report({ phase: 'score', completed: 1, total });
  const imageStarted = performance.now();
  const encoded = await encodeImage(core, graphs.imageEncoder, imageEncoder, { image, name: 'image' }, call);
  const imageMs = performance.now() - imageStarted;
  call.report({ phase: 'score', completed: 2, total });
  call.mayGoOn();
  const matchStarted = performance.now();
  const match = await core.track(matchOne(graphs.matcher, matcher, encoded, values, signal));
  const matchMs = performance.now() - matchStarted;
  call.report({ phase: 'score', completed: 3, total });
  const maps = attentionMaps(usedWords(words), { data: match.wordRegions, side: imageEncoder.regionsSide });
  let used = 0;
  const scored = words.map((word): ScoredWord => {
    if (word.status !== 'used') return word;
    const regions = maps[used];
    const relevance = match.wordRelevance[used++];
    return {
      ...word,
      ...(relevance !== undefined && { relevance }),
      ...(regions !== undefined && { regions }),
    };
  });
  return {
    score: match.sentenceScores[0] ?? 0,
    wordScore: match.wordScores[0] ?? 0,
    words: scored,
    device: core.device,
    timings: { loadMs, imageMs, textMs, matchMs, totalMs: performance.now() - started },
  };
}
