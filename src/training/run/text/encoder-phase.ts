import type { Vocabulary } from '../../../sdk/text/vocabulary.js';
import type { CaptionStyle } from '../../data/draw-caption.js';
import type { ImageFolder } from '../../data/image-folder.js';
import type { RunFolder } from '../run-folder.js';
import type { PhaseContext } from '../training-phase.js';

/** What the training of a text encoder needs. */
export interface EncoderPhase<Encoder> {
  encoder: Encoder;
  seed: number;
  /** How captions are drawn. */
  captions: CaptionStyle;
  vocabulary: Vocabulary;
  dataset: ImageFolder;
  folder: RunFolder;
  checkpointEverySteps: number;
  keepCheckpoints: number;
  context: PhaseContext;
}
