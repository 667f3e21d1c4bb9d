import type { StageDescription } from '../bundle/index.js';
import type { GraphSession } from '../runtime/platform.js';

/** One loaded stage of the generator. */
export interface LoadedStage {
  description: StageDescription;
  session: GraphSession;
}

/** What every stage gives to the caller, and is never held on the device. */
export const SHOWN_OUTPUTS: readonly string[] = ['image', 'attention'];

/**
 * The outputs of a stage that the next one takes and no other: they can stay on the device, and all that is held is then
 * held in one place, where the stage before has run.
 * @param stages all, in order. @param index the stage, from 0.
 */
export function heldOutputs(stages: readonly StageDescription[], index: number): string[] {
  const takenBy = (stage: StageDescription | undefined, name: string): boolean =>
    stage?.inputs.includes(name) ?? false;
  const [next, ...later] = stages.slice(index + 1);
  return (stages[index]?.outputs ?? []).filter(
    (name) =>
      !SHOWN_OUTPUTS.includes(name) && takenBy(next, name) && !later.some((stage) => takenBy(stage, name)),
  );
}
