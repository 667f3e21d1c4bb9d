import type { AttentionMap } from '../image/attention-map.js';
import type { Device } from '../runtime/platform.js';
import type { PromptWord } from '../text/index.js';

/** How long the parts of a call took, in milliseconds. */
export interface ScoreTimings {
  /** Reading, verifying and loading graphs; 0 where they were loaded before. */
  loadMs: number;
  /** Reading and encoding the pictures. */
  imageMs: number;
  /** Reading the texts. */
  textMs: number;
  /** Comparing them. */
  matchMs: number;
  totalMs: number;
}

/** A word of the text; what was read of it was looked for in the picture. */
export interface ScoredWord extends PromptWord {
  /** Cosine of the word and what it looks at, -1 to 1; there if its status is `used`. */
  relevance?: number;
  /** Where it looks: shares of the picture's regions, whose sum is 1. */
  regions?: AttentionMap;
}

/** How well a picture and a text match. */
export interface ScoreResult {
  /** Cosine of the whole picture and the whole text, -1 to 1. */
  score: number;
  /**
   * R(Q, D) of the AttnGAN paper, which words and regions together give: the larger the better, without a fixed range;
   * longer texts reach higher, so that texts are best compared for one picture by their order.
   */
  wordScore: number;
  /** Every word of the text in order. */
  words: ScoredWord[];
  device: Device;
  timings: ScoreTimings;
}

/** How well pictures and texts match, each with each. */
export interface RankResult {
  /** `scores[image][text]`: cosines, -1 to 1. */
  scores: number[][];
  /** `wordScores[image][text]`: see ScoreResult. */
  wordScores: number[][];
  /** `textOrder[image]`: the numbers of the texts, the best match first. */
  textOrder: number[][];
  /** `imageOrder[text]`: the numbers of the images, the best match first. */
  imageOrder: number[][];
  /** What happened to each word of each text. */
  words: PromptWord[][];
  device: Device;
  timings: ScoreTimings;
}
