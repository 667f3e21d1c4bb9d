import { loadModel } from '../../src/sdk/index.js';
import { BareModel, BUNDLE, PROMPT } from './bare-model.js';
import { type InTurns, inTurns } from './in-turns.js';

/**
 * `generate()` and the bare runs of its graphs with the same inputs, in turns.
 * @param count pictures of each call.
 * @throws Error if the two draw different pictures.
 */
export async function measureOverhead(count: number, rounds: number): Promise<InTurns> {
  const bare = await BareModel.load();
  await using model = await loadModel(BUNDLE, { device: 'cpu' });
  const inputs = bare.inputs(PROMPT, 7, count);
  const generate = () => model.generate(PROMPT, { seed: 7, count });
  const [{ images }, values] = [await generate(), await bare.run(inputs)];
  const { data } = images.at(-1) ?? { data: new Uint8ClampedArray() };
  const last = values.subarray(values.length - (3 * data.length) / 4);
  const differs = data.some((byte, at) => {
    const channel = at % 4;
    const value = last[(channel * data.length) / 4 + Math.floor(at / 4)] ?? 0;
    return channel < 3 && Math.abs(byte - (value + 1) * 127.5) > 0.51;
  });
  if (differs) throw new Error('Expected generate() and the bare graphs to draw the same picture.');
  return await inTurns(generate, () => bare.run(inputs), { rounds, warmUp: Math.ceil(rounds / 10) });
}
