// What both entries give beside the functions.
export type { Api, Generate, LoadModel } from './api.js';
export type { FilesInMemory } from './bundle/sources/memory-bundle.js';
export type { ModelSource } from './bundle/sources/model-source.js';
export { ERROR_CODES, type ErrorCode, WordbrushError } from './errors.js';
export type { CallOptions } from './generation/call-options.js';
export type { DrawOptions, GenerateOptions, ModelGenerateOptions } from './generation/draw-options.js';
export type { NoiseEnd, TextEnd } from './generation/interpolate-options.js';
export type { LoadOptions, ModelChoice, RuntimeChoice } from './generation/load-options.js';
export type { OutputKind, OutputTypes } from './generation/output.js';
export type { Noise } from './generation/picture-noise.js';
export type { ProgressEvent } from './generation/progress.js';
export type {
  GenerateResult,
  InterpolateResult,
  Preview,
  Timings,
  UnconditionalGenerateResult,
  UnconditionalInterpolateResult,
} from './generation/result.js';
export type { AttentionMap } from './image/attention-map.js';
export { type AttentionOverlayOptions, attentionOverlay } from './image/attention-overlay.js';
export { type ContactSheetOptions, contactSheet } from './image/contact-sheet.js';
export { GeneratedImage } from './image/generated-image.js';
export type { EncodeOptions } from './image/raster-image.js';
export { RasterImage } from './image/raster-image.js';
export type { ModelInfo } from './model/model-info.js';
export type { LoadedModel, Model, UnconditionalModel } from './model/model-types.js';
export type { SelfTestCheck, SelfTestResult } from './model/self-test.js';
export type { Device, DeviceChoice, PassedOverDevice } from './runtime/device.js';
export type { ImageDataLike, ImageInput, SharpLike } from './scoring/image-input.js';
export type { RankOptions, ScoreOptions } from './scoring/options.js';
export type { RankResult, ScoredWord, ScoreResult, ScoreTimings } from './scoring/result.js';
export type { PromptWord } from './text/index.js';
