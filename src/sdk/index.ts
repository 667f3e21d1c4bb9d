import { createApi } from './api.js';
import { nodePlatform } from './runtime/node/node-platform.js';

export const { generate, score, rank, readImage, loadModel } = createApi(nodePlatform);
export * from './public-names.js';
