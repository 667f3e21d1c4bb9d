import type { Sharp } from 'sharp';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type AttentionMap,
  ERROR_CODES,
  type ErrorCode,
  GeneratedImage,
  type GenerateOptions,
  type GenerateResult,
  generate,
  type ImageInput,
  type InterpolateResult,
  loadModel,
  type Model,
  type ModelGenerateOptions,
  type ModelSource,
  type Preview,
  type ProgressEvent,
  type PromptWord,
  type RankResult,
  RasterImage,
  type ScoreResult,
  score,
  type UnconditionalGenerateResult,
  type UnconditionalModel,
  WordbrushError,
} from '../../src/sdk/index.js';

// The functions are only looked at, never called.
const never = () => false;

describe('the public types', () => {
  it('of one prompt and several', () => {
    expectTypeOf(generate<'image'>).toBeCallableWith('a red heart');
    const one = () => generate('a red heart', { seed: 7 });
    const several = () => generate(['a red heart', 'a blue heart'], { count: 2 });
    expectTypeOf(one).returns.resolves.toEqualTypeOf<GenerateResult>();
    expectTypeOf(several).returns.resolves.toEqualTypeOf<GenerateResult[]>();
    const options: GenerateOptions = {};
    const withOptions = () => generate('a red heart', options);
    expectTypeOf(withOptions).returns.resolves.toEqualTypeOf<GenerateResult>();
  });

  it('of pictures, which follow the option output', () => {
    const images = (model: Model) => model.generate('x').then((result) => result.images);
    const rgba = (model: Model) => model.generate('x', { output: 'rgba' }).then((result) => result.images);
    const png = (model: Model) => model.generate(['x'], { output: 'png' }).then(([first]) => first?.images);
    expectTypeOf(images).returns.resolves.toEqualTypeOf<GeneratedImage[]>();
    expectTypeOf(rgba).returns.resolves.toEqualTypeOf<Uint8ClampedArray<ArrayBuffer>[]>();
    expectTypeOf(png).returns.resolves.toEqualTypeOf<Uint8Array<ArrayBuffer>[] | undefined>();
    // @ts-expect-error no such output
    const gif = (model: Model) => model.generate('x', { output: 'gif' });
    expect(gif).toBeTypeOf('function');
  });

  it('of a model, which follow the option conditional', () => {
    const plain = () => loadModel('birds');
    const conditional = () => loadModel(undefined, { conditional: true, device: 'cpu' });
    const unconditional = () => loadModel('cats', { conditional: false });
    expectTypeOf(plain).returns.resolves.toEqualTypeOf<Model>();
    expectTypeOf(conditional).returns.resolves.toEqualTypeOf<Model>();
    expectTypeOf(unconditional).returns.resolves.toEqualTypeOf<UnconditionalModel>();
  });

  it('of a model without text, which takes no prompt', async () => {
    const draw = (model: UnconditionalModel) => model.generate({ seed: [1, 2], output: 'rgba' });
    expectTypeOf(draw).returns.resolves.toEqualTypeOf<UnconditionalGenerateResult<'rgba'>>();
    expectTypeOf<UnconditionalGenerateResult>().not.toHaveProperty('prompt');
    expectTypeOf<UnconditionalModel>().not.toHaveProperty('score');
    const once = () => generate({ model: 'cats', seed: 1 });
    expectTypeOf(once).returns.resolves.toEqualTypeOf<UnconditionalGenerateResult>();
    if (never()) {
      const model = await loadModel('cats', { conditional: false });
      // @ts-expect-error a prompt
      await model.generate('a red heart');
      // @ts-expect-error a prompt is missing
      await (await loadModel()).generate();
      // @ts-expect-error the default model has text
      await generate({ seed: 1 });
    }
  });

  it('of the options', () => {
    expectTypeOf<ModelGenerateOptions['seed']>().toEqualTypeOf<number | readonly number[] | undefined>();
    expectTypeOf<ModelGenerateOptions>().not.toHaveProperty('model');
    expectTypeOf<GenerateOptions['model']>().toEqualTypeOf<ModelSource | undefined>();
    expectTypeOf<ProgressEvent['phase']>().toEqualTypeOf<
      'download' | 'verify' | 'session' | 'warmup' | 'generate' | 'score'
    >();
  });

  it('of the results', () => {
    expectTypeOf<GenerateResult['device']>().toEqualTypeOf<'cuda' | 'webgpu' | 'cpu' | 'wasm'>();
    expectTypeOf<GenerateResult['words']>().toEqualTypeOf<PromptWord[]>();
    expectTypeOf<PromptWord['status']>().toEqualTypeOf<'used' | 'unknown' | 'truncated'>();
    expectTypeOf<Model['stream']>().returns.toEqualTypeOf<AsyncGenerator<Preview, void, undefined>>();
    expectTypeOf<Preview['attention']>().toEqualTypeOf<AttentionMap[]>();
    expectTypeOf<Model['interpolate']>().returns.resolves.toEqualTypeOf<InterpolateResult>();
    expectTypeOf<Model['score']>().returns.resolves.toEqualTypeOf<ScoreResult>();
    expectTypeOf<Model['rank']>().returns.resolves.toEqualTypeOf<RankResult>();
    expectTypeOf(score).returns.resolves.toEqualTypeOf<ScoreResult>();
  });

  it('of pictures that can be scored', () => {
    expectTypeOf<string>().toExtend<ImageInput>();
    expectTypeOf<Buffer>().toExtend<ImageInput>();
    expectTypeOf<Blob>().toExtend<ImageInput>();
    expectTypeOf<ImageData>().toExtend<ImageInput>();
    expectTypeOf<GeneratedImage>().toExtend<ImageInput>();
    expectTypeOf<Sharp>().toExtend<ImageInput>();
    expectTypeOf<number>().not.toExtend<ImageInput>();
  });

  it('of a picture, which fits ImageData', () => {
    expectTypeOf<GeneratedImage['data']>().toEqualTypeOf<Uint8ClampedArray<ArrayBuffer>>();
    expectTypeOf<GeneratedImage['toPNG']>().returns.resolves.toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    expectTypeOf<[Uint8ClampedArray<ArrayBuffer>, number, number]>().toExtend<
      ConstructorParameters<typeof ImageData>
    >();
    expect(GeneratedImage.prototype).toBeInstanceOf(RasterImage);
  });

  it('of errors', () => {
    expectTypeOf<WordbrushError['code']>().toEqualTypeOf<ErrorCode>();
    expect(new WordbrushError('ABORTED', 'x')).toBeInstanceOf(Error);
    expect(Object.keys(ERROR_CODES)).toContain('PROMPT_EMPTY');
  });
});
