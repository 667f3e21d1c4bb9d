import { WordbrushError } from '../../sdk/errors.js';
import type { TensorValues } from '../../sdk/generation/run-graph.js';
import type { Call, ModelCore } from '../../sdk/model/model-core.js';

/**
 * Which texts a model can read, by place: those with a word that it knows.
 * @param onRead called with what the text encoder made of each.
 * @throws WordbrushError ABORTED, MODEL_INVALID
 */
export async function readableTexts(
  core: ModelCore,
  texts: readonly string[],
  call: Call,
  onRead: (values: TensorValues) => void = () => undefined,
): Promise<number[]> {
  const readable: number[] = [];
  for (const [index, text] of texts.entries()) {
    try {
      onRead((await core.readText(text, call)).values);
      readable.push(index);
    } catch (error) {
      const isUnknown = error instanceof WordbrushError && error.code === 'PROMPT_UNKNOWN_WORDS';
      if (!isUnknown) throw error;
    }
  }
  return readable;
}
