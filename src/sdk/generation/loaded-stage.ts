import type { StageDescription } from '../bundle/index.js';
import type { GraphSession } from '../runtime/platform.js';

/** One loaded stage of the generator. */
export interface LoadedStage {
  description: StageDescription;
  session: GraphSession;
}
