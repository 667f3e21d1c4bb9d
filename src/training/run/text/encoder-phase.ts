import type { Vocabulary } from '../../../sdk/text/vocabulary.js';
import type { Dataset } from '../../data/dataset.js';
import type { CaptionStyle } from '../../data/draw-caption.js';
import type { RunFolder } from '../run-folder.js';
import type { PhaseContext } from '../training-phase.js';

/** What the training of a text encoder needs. */
export interface EncoderPhase<Encoder> {
  encoder: Encoder;
  seed: number;
  /** How captions are drawn. */
  captions: CaptionStyle;
  vocabulary: Vocabulary;
  dataset: Dataset;
  folder: RunFolder;
  checkpointEverySteps: number;
  keepCheckpoints: number;
  context: PhaseContext;
}
