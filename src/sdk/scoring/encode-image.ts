import type { ImageEncoderDescription } from '../bundle/index.js';
import { untilAborted } from '../generation/abort.js';
import { requireFloats, runGraph } from '../generation/run-graph.js';
import type { Call, ModelCore } from '../model/model-core.js';
import type { GraphSession } from '../runtime/platform.js';
import { readImage } from './image-input.js';
import { imageTensor } from './image-tensor.js';
import type { EncodedImage } from './match.js';

/**
 * Reads a picture and runs the image encoder on it.
 * @throws WordbrushError INVALID_OPTION, IMAGE_INVALID, PACKAGE_MISSING, MODEL_INVALID, ABORTED, DISPOSED.
 */
export async function encodeImage(
  core: ModelCore,
  session: GraphSession,
  { file, size, dim, regionsSide }: ImageEncoderDescription,
  input: { image: unknown; name: string },
  call: Call,
): Promise<EncodedImage> {
  call.mayGoOn();
  // Who decodes a picture cannot be stopped.
  const reading = readImage(input.image, core.images, input.name, call.signal);
  const pixels = await untilAborted(reading, call.signal);
  await core.nextTurn();
  call.mayGoOn();
  const image = imageTensor(pixels, size);
  const results = await core.track(
    runGraph(session, new Map([['image', image]]), file, { signal: call.signal }),
  );
  return new Map([
    ['regions', requireFloats(results, 'regions', [1, dim, regionsSide, regionsSide], file)],
    ['global', requireFloats(results, 'global', [1, dim], file)],
  ]);
}
