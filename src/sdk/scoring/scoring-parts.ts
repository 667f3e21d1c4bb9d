import type { ImageEncoderDescription, MatcherDescription } from '../bundle/index.js';
import { cannotScore, type ScoringGraphs } from '../generation/load-graphs.js';
import type { Call, ModelCore } from '../model/model-core.js';

export interface ScoringParts {
  graphs: ScoringGraphs;
  imageEncoder: ImageEncoderDescription;
  matcher: MatcherDescription;
  /** Loading the graphs, milliseconds. */
  loadMs: number;
}

/**
 * The graphs of a model that can score, loaded if they were not yet.
 * @throws WordbrushError INVALID_OPTION if it cannot; as ModelCore.scoringGraphs.
 */
export async function scoringParts(core: ModelCore, call: Call): Promise<ScoringParts> {
  const { imageEncoder, matcher, name } = core.manifest;
  if (imageEncoder === undefined || matcher === undefined) {
    throw cannotScore(name);
  }
  const started = performance.now();
  const graphs = await core.track(core.scoringGraphs(call));
  return { graphs, imageEncoder, matcher, loadMs: performance.now() - started };
}
