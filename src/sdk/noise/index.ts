export { normalNoise, uniformNoise } from './noise.js';
export { type RandomState, RandomStream } from './random-stream.js';
export { MAX_SEED } from './seed.js';
export { truncatedNoise } from './truncated-noise.js';
