import { atSide } from '../../data/pictures/training-pictures.js';
import type { DrawingConfig } from '../config/run-config.js';
import type { DrawingSetup } from '../drawing-setup.js';
import type { TextSource } from '../text/text-source.js';
import type { PhaseContext, PhaseOutcome } from '../training-phase.js';
import { attnganPhase } from './attngan-phase.js';
import { stackganPlusPlusPhase } from './stackgan-pp-phase.js';
import { stage1Phase } from './stage1-phase.js';
import { stage2Phase } from './stage2-phase.js';

/** Trains the generator of a run; StackGAN's stages one after the other. */
export async function trainGenerator(
  config: DrawingConfig,
  setup: DrawingSetup<TextSource | undefined>,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  if (config.architecture === 'stackgan-pp') return stackganPlusPlusPhase(config, setup, context);
  const { text } = setup;
  if (text === undefined) throw new RangeError(`Expected a text source for ${config.architecture}.`);
  const withText = { ...setup, text };
  if (config.architecture === 'attngan') return attnganPhase(config, withText, context);

  const { stage2 } = config;
  const [small, large] = setup.pictures.sides;
  const ofSide = (side = 0) => ({ ...withText, pictures: atSide(setup.pictures, side) });
  const outcome = await stage1Phase(config, ofSide(small), context);
  if (stage2 === null || !outcome.finished || context.signal?.aborted === true) {
    return { ...outcome, finished: outcome.finished && stage2 === null };
  }
  return stage2Phase(config, stage2, ofSide(large), context);
}
