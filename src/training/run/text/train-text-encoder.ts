import type { TextEncoderConfig } from '../config/text-encoder-config.js';
import type { PhaseOutcome } from '../training-phase.js';
import { charCnnRnnPhase } from './char-cnn-rnn-phase.js';
import { contrastivePhase } from './contrastive-phase.js';
import { damsmPhase } from './damsm-phase.js';
import type { EncoderPhase } from './encoder-phase.js';

/** Trains the text encoder of a run, of whatever kind, and saves it. Vectors from a file are there already. */
export async function trainTextEncoder({
  encoder,
  ...phase
}: EncoderPhase<TextEncoderConfig>): Promise<PhaseOutcome> {
  switch (encoder.kind) {
    case 'damsm':
      return damsmPhase({ ...phase, encoder });
    case 'contrastive':
      return contrastivePhase({ ...phase, encoder });
    case 'char-cnn-rnn':
      return charCnnRnnPhase({ ...phase, encoder });
    case 'vectors':
      return { finished: true, checkpointStep: undefined };
  }
}
