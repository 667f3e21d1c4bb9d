import { createApi } from './api.js';
import { createWebPlatform } from './runtime/web/web-platform.js';

export const { generate, score, rank, readImage, loadModel } = createApi(createWebPlatform());
export * from './public-names.js';
