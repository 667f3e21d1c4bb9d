// Types of browsers for those who know them: without TypeScript's lib "dom", as in most Node projects, they are never.

export type BrowserImageData = typeof globalThis extends { ImageData: { prototype: infer Type } }
  ? Type
  : never;
export type BrowserImageBitmap = typeof globalThis extends { ImageBitmap: { prototype: infer Type } }
  ? Type
  : never;
export type BrowserCanvas = typeof globalThis extends { OffscreenCanvas: { prototype: infer Type } }
  ? Type
  : never;
