import type { ImageFiles } from '../platform.js';

/** Picture files by the browser's means, which are fetched when they are first needed: most pages write none. */
export const lazyWebImages: ImageFiles = {
  decode: async (source) => (await images()).decode(source),
  encode: async (pixels, format, quality) => (await images()).encode(pixels, format, quality),
  resize: async (pixels, width, height) => (await images()).resize(pixels, width, height),
  write: async (path, bytes) => (await images()).write(path, bytes),
};

async function images(): Promise<ImageFiles> {
  return (await import('./web-images.js')).webImages;
}
