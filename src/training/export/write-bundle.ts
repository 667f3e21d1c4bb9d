import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, type Manifest, manifestSchema } from '../../sdk/bundle/index.js';
import { type GeneratedImage, loadModel, score } from '../../sdk/index.js';
import { writeWholeFolder } from '../files/whole-folder.js';

export interface BundleContent<Result> {
  /** All of the manifest but the self-test, which is found out here. */
  manifest: Omit<Manifest, 'selfTest'>;
  /** A prompt that the model should draw well, or can read if it only scores; undefined for a model without text. */
  selfTestPrompt: string | undefined;
  /** For the caller. */
  result: Result;
}

const SELF_TEST_SEED = 7;
/** Mean colours may differ so much between devices, of 255. */
const SELF_TEST_TOLERANCE = 2;

/**
 * Writes a bundle folder, whole or not at all: `fill` writes all files but the manifest beside its place, then the SDK
 * opens it and draws, and it is moved there. A bundle that was there is replaced, anything else is not.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE, and what the SDK throws if the bundle does not draw.
 */
export async function writeBundle<Result>(
  folder: string,
  fill: (partial: string) => Promise<BundleContent<Result>>,
): Promise<Result> {
  const fillAndTest = async (partial: string): Promise<Result> => {
    const { manifest, selfTestPrompt, result } = await fill(partial);
    await writeManifest(partial, manifest);
    if (manifest.stages.length === 0) await scoreOnce(partial, selfTestPrompt);
    else await writeManifest(partial, { ...manifest, selfTest: await drawSelfTest(partial, selfTestPrompt) });
    return result;
  };
  const mayReplace = (names: readonly string[]) => names.length === 0 || names.includes(MANIFEST_FILE);
  return writeWholeFolder(folder, fillAndTest, { mayReplace });
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const checked = manifestSchema.parse(manifest);
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(checked, null, 2)}\n`);
}

/** Scores a white picture with a bundle that draws nothing, as an app would: it must load and run. */
async function scoreOnce(folder: string, prompt = ''): Promise<void> {
  const white = { data: new Uint8Array(4).fill(255), width: 1, height: 1 };
  await score(white, prompt, { model: folder, device: 'cpu' });
}

/** Draws with the bundle as an app would, and notes what came out at every stage. */
async function drawSelfTest(
  folder: string,
  prompt: string | undefined,
): Promise<NonNullable<Manifest['selfTest']>> {
  const checks: NonNullable<Manifest['selfTest']>['checks'] = [];
  for await (const image of drawStages(folder, prompt)) {
    checks.push({ size: image.width, channelMeans: channelMeans(image), tolerance: SELF_TEST_TOLERANCE });
  }
  return { ...(prompt !== undefined && { prompt }), seed: SELF_TEST_SEED, checks };
}

/** The pictures of all stages, drawn on the processor. */
async function* drawStages(folder: string, prompt: string | undefined): AsyncGenerator<GeneratedImage> {
  const options = { seed: SELF_TEST_SEED };
  if (prompt === undefined) {
    await using model = await loadModel(folder, { conditional: false, device: 'cpu' });
    for await (const { image } of model.stream(options)) yield image;
  } else {
    await using model = await loadModel(folder, { device: 'cpu' });
    for await (const { image } of model.stream(prompt, options)) yield image;
  }
}

function channelMeans({ data }: GeneratedImage): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    sums[0] += data[i] ?? 0;
    sums[1] += data[i + 1] ?? 0;
    sums[2] += data[i + 2] ?? 0;
  }
  const mean = (sum: number) => Math.round((sum / (data.length / 4)) * 1000) / 1000;
  return [mean(sums[0]), mean(sums[1]), mean(sums[2])];
}
