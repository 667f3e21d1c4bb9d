import type { DeviceChoice } from '../../sdk/index.js';
import type { EvaluatedModel } from './evaluated-model.js';
import { type JudgeRelation, judgeRelation } from './judge-relation.js';
import { Scorer } from './scorer.js';

/** Who says how well pictures and captions match, and what that has to do with the model. */
export interface Judge {
  scorer: Scorer;
  relation: JudgeRelation;
}

export interface JudgeChoice {
  /** Place of the evaluated bundle. */
  place: string;
  model: EvaluatedModel;
  /** Places of other bundles. */
  named: readonly string[];
  device: DeviceChoice;
  signal: AbortSignal | undefined;
}

/**
 * The model's own DAMSM, if it has one, and those of the bundles named; dispose of each scorer.
 * @throws WordbrushError as `loadModel()` does; INVALID_OPTION for a bundle that does not score.
 */
export async function openJudges({ place, model, named, device, signal }: JudgeChoice): Promise<Judge[]> {
  const judges: Judge[] = [];
  try {
    if (model.canScore) judges.push({ scorer: await Scorer.open(place, device, signal), relation: 'own' });
    for (const other of named) {
      const scorer = await Scorer.open(other, device, signal);
      judges.push({ scorer, relation: judgeRelation(model.manifest, scorer.manifest) });
    }
    return judges;
  } catch (error) {
    for (const { scorer } of judges) await scorer.dispose();
    throw error;
  }
}
