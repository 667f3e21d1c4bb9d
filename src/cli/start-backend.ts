import { WordbrushError } from '../sdk/errors.js';
import { loadTensorFlow } from '../training/backend/load-tensorflow.js';

/**
 * The backend asked for, or the fastest that is set up: any of them converts.
 * @throws WordbrushError INVALID_OPTION, BACKEND_UNAVAILABLE
 */
export async function startBackend(name: string | undefined): Promise<void> {
  if (name !== undefined && name !== 'native' && name !== 'cpu') {
    throw new WordbrushError('INVALID_OPTION', `Expected --backend: native or cpu, received ${name}.`);
  }
  if (name !== 'cpu') {
    try {
      // Nothing is trained behind this: memory counts, not the last third of the speed.
      await loadTensorFlow({ backend: 'native', oneDnn: false });
      return;
    } catch (error) {
      if (name === 'native') throw error;
    }
  }
  const tf = await loadTensorFlow({ backend: 'cpu' });
  // Keeps TensorFlow.js from recommending its native library.
  tf.enableProdMode();
}
