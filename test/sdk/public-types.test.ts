import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  ERROR_CODES,
  type ErrorCode,
  GeneratedImage,
  type GenerateOptions,
  type GenerateResult,
  generate,
  type LoadOptions,
  loadModel,
  type Model,
  type ProgressEvent,
  type PromptWord,
  WordbrushError,
} from '../../src/sdk/index.js';

describe('the public types', () => {
  it('of generate and loadModel', () => {
    expectTypeOf(generate).toEqualTypeOf<
      (prompt: string, options?: GenerateOptions) => Promise<GenerateResult>
    >();
    expectTypeOf(loadModel).toEqualTypeOf<(path?: string, options?: LoadOptions) => Promise<Model>>();
    expectTypeOf<GenerateOptions>().toEqualTypeOf<{
      seed?: number | undefined;
      count?: number | undefined;
      signal?: AbortSignal | undefined;
      onProgress?: ((event: ProgressEvent) => void) | undefined;
      model?: string | undefined;
    }>();
    expectTypeOf<Parameters<Model['generate']>[1]>().not.toHaveProperty('model');
  });

  it('of the result', () => {
    expectTypeOf<GenerateResult['images']>().toEqualTypeOf<GeneratedImage[]>();
    expectTypeOf<GenerateResult['device']>().toEqualTypeOf<'cpu'>();
    expectTypeOf<GenerateResult['words']>().toEqualTypeOf<PromptWord[]>();
    expectTypeOf<PromptWord['status']>().toEqualTypeOf<'used' | 'unknown' | 'truncated'>();
    expectTypeOf<ProgressEvent['phase']>().toEqualTypeOf<'verify' | 'session' | 'generate'>();
  });

  it('of a picture, which fits ImageData', () => {
    expectTypeOf<GeneratedImage['data']>().toEqualTypeOf<Uint8ClampedArray<ArrayBuffer>>();
    expectTypeOf<GeneratedImage['toPNG']>().returns.resolves.toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    expectTypeOf<[Uint8ClampedArray<ArrayBuffer>, number, number]>().toExtend<
      ConstructorParameters<typeof ImageData>
    >();
    expect(GeneratedImage.name).toBe('GeneratedImage');
  });

  it('of errors', () => {
    expectTypeOf<WordbrushError['code']>().toEqualTypeOf<ErrorCode>();
    expect(new WordbrushError('ABORTED', 'x')).toBeInstanceOf(Error);
    expect(Object.keys(ERROR_CODES)).toContain('PROMPT_EMPTY');
  });
});
