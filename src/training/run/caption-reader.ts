import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { Vocabulary } from '../../sdk/text/vocabulary.js';
import { type CaptionStyle, drawCaption } from '../data/draw-caption.js';
import { captionIds } from './caption-ids.js';

/** Captions of a split's pictures as word ids. */
export class CaptionReader {
  /**
   * @param captions of each picture, at least one.
   * @param maxLength words that a caption is cut to.
   */
  constructor(
    private readonly captions: readonly (readonly string[])[],
    private readonly style: CaptionStyle,
    private readonly vocabulary: Vocabulary,
    private readonly maxLength: number,
  ) {}

  get pictures(): number {
    return this.captions.length;
  }

  /** A caption drawn for each of these pictures. */
  draw(pictures: readonly number[], random: RandomStream): number[][] {
    return pictures.map((picture) =>
      this.idsOf(drawCaption(this.captions[picture] ?? [], this.style, random)),
    );
  }

  /** The first caption of each of these pictures. */
  first(pictures: readonly number[]): number[][] {
    return pictures.map((picture) => this.idsOf(this.captions[picture]?.[0] ?? ''));
  }

  private idsOf(caption: string): number[] {
    return captionIds(caption, this.vocabulary, this.maxLength);
  }
}
