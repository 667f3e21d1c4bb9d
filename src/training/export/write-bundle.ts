import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFile, MANIFEST_FILE, type Manifest, manifestSchema } from '../../sdk/bundle/index.js';
import { type GeneratedImage, loadModel } from '../../sdk/index.js';
import { writeWholeFolder } from '../files/whole-folder.js';

export interface BundleContent {
  /** All of the manifest but what is found out here: sizes, hashes and the self-test. */
  manifest: Omit<Manifest, 'files' | 'selfTest'>;
  /** By path inside the bundle. */
  files: ReadonlyMap<string, Uint8Array | string>;
  /** A prompt that the model should draw well; undefined for a model without text. */
  selfTestPrompt: string | undefined;
}

const SELF_TEST_SEED = 7;
/** Mean colours may differ so much between devices, of 255. */
const SELF_TEST_TOLERANCE = 2;

/**
 * Writes a bundle folder, whole or not at all: it is filled beside its place, opened and drawn with by the SDK, and
 * moved there at the end. A bundle that was there is replaced, anything else is not.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE, and what the SDK throws if the bundle does not draw.
 */
export async function writeBundle(folder: string, content: BundleContent): Promise<void> {
  const fill = async (partial: string) => {
    const files: Manifest['files'] = {};
    for (const [path, text] of content.files) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      await writeFile(join(partial, path), bytes);
      files[path] = await describeFile(bytes);
    }
    const manifest = { ...content.manifest, files };
    await writeManifest(partial, manifest);
    await writeManifest(partial, {
      ...manifest,
      selfTest: await drawSelfTest(partial, content.selfTestPrompt),
    });
  };
  const mayReplace = (names: readonly string[]) => names.length === 0 || names.includes(MANIFEST_FILE);
  await writeWholeFolder(folder, fill, { mayReplace });
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const checked = manifestSchema.parse(manifest);
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(checked, null, 2)}\n`);
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
