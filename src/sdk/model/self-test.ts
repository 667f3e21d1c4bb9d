import type { CallOptions } from '../generation/call-options.js';
import { drawPrompts } from '../generation/generate.js';
import type { ModelCore } from './model-core.js';

/** One picture of a self-test: what it should be like, and is. */
export interface SelfTestCheck {
  /** Width and height in pixels. */
  size: number;
  passed: boolean;
  /** Mean red, green and blue, 0 to 255. */
  expected: readonly number[];
  received: readonly number[];
  /** The most that they may differ. */
  tolerance: number;
}

export interface SelfTestResult {
  passed: boolean;
  /** Undefined for a model without text. */
  prompt: string | undefined;
  seed: number;
  checks: SelfTestCheck[];
}

/**
 * Draws the picture that the bundle names, at each of its sizes, and compares its colours with those that it had when it
 * was exported: finds a device or runtime that computes something else.
 * @returns undefined for a bundle that names none.
 * @throws WordbrushError ABORTED, DISPOSED, MODEL_INVALID.
 */
export async function selfTest(core: ModelCore, options: CallOptions): Promise<SelfTestResult | undefined> {
  const { selfTest: test } = core.manifest;
  if (test === undefined) {
    return undefined;
  }
  const { prompt, seed } = test;
  const checks: SelfTestCheck[] = [];
  for (const { size, channelMeans: expected, tolerance } of test.checks) {
    const [result] = await drawPrompts<'rgba'>(core, [prompt], { ...options, seed, size, output: 'rgba' });
    const received = channelMeans(result?.images[0] ?? new Uint8ClampedArray());
    const passed = expected.every(
      (mean, channel) => Math.abs(mean - (received[channel] ?? Number.NaN)) <= tolerance,
    );
    checks.push({ size, passed, expected, received, tolerance });
  }
  return { passed: checks.every((check) => check.passed), prompt, seed, checks };
}

/** Of red, green and blue, in RGBA pixels. */
function channelMeans(pixels: Uint8ClampedArray): number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let place = channel; place < pixels.length; place += 4) {
      sum += pixels[place] ?? 0;
    }
    return sum / (pixels.length / 4);
  });
}
