import { join } from 'node:path';
import { defineCommand } from 'citty';
import { loadModel, type RasterImage, WordbrushError } from '../../sdk/index.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { withStatus } from '../with-status.js';

const DEFAULT_STEPS = 24;
const FRAME_MS = 80;
/** At both ends, so that they can be seen. */
const END_MS = 600;

export const interpolateCommand = defineCommand({
  meta: {
    name: 'interpolate',
    description:
      'Draw the way from one prompt to another: wordbrush interpolate "a red heart" "a blue car" --out way.webp',
  },
  args: {
    from: { type: 'positional', required: true, description: 'The first prompt' },
    to: { type: 'positional', required: true, description: 'The last prompt' },
    steps: {
      type: 'string',
      valueHint: 'N',
      description: `How many pictures, 2 to 1000 (default: ${DEFAULT_STEPS})`,
    },
    seed: { type: 'string', valueHint: 'N', description: 'Seed of the first picture (default: random)' },
    'to-seed': {
      type: 'string',
      valueHint: 'N',
      description: 'Seed of the last picture (default: that of the first)',
    },
    out: {
      type: 'string',
      valueHint: 'PLACE',
      default: 'pictures',
      description: 'A file that ends in .webp or .gif for an animation, else a folder for PNG files',
    },
    ...modelArguments,
    json: { type: 'boolean', default: false, description: 'Print files and seeds as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 2);
    const { from, to, out } = args;
    const steps = args.steps === undefined ? DEFAULT_STEPS : parseInteger('steps', args.steps, 2);
    const seed = args.seed === undefined ? undefined : parseInteger('seed', args.seed, 0);
    const toSeed = args['to-seed'] === undefined ? seed : parseInteger('to-seed', args['to-seed'], 0);
    const { model: source, ...runtime } = parseModelArguments(args);
    const { images, seeds } = await withStatus(async (onProgress) => {
      await using model = await loadModel(source, { ...runtime, onProgress });
      // Awaited here, for the model goes at the end of the block.
      return await model.interpolate({ prompt: from, seed }, { prompt: to, seed: toSeed }, steps, {
        onProgress,
      });
    });
    const files: string[] = [];
    const animation = /\.(webp|gif)$/iu.exec(out)?.[1]?.toLowerCase();
    if (animation === 'webp' || animation === 'gif') {
      await writeWholeFile(out, await animate(images, animation));
      files.push(out);
    } else {
      files.push(...(await writeFrames(images, out)));
    }
    if (args.json) {
      console.log(JSON.stringify({ files, seeds, pictures: images.length }, null, 2));
      return;
    }
    const range = seeds[1] === seeds[0] ? '' : ` to ${seeds[1]}`;
    console.log([...files, `seed ${seeds[0]}${range}, ${images.length} pictures`].join('\n'));
  },
});

async function writeFrames(images: readonly RasterImage[], folder: string): Promise<string[]> {
  const digits = String(images.length - 1).length;
  const paths: string[] = [];
  for (const [index, image] of images.entries()) {
    const path = join(folder, `frame-${String(index).padStart(digits, '0')}.png`);
    await image.toFile(path);
    paths.push(path);
  }
  return paths;
}

async function animate(images: readonly RasterImage[], format: 'webp' | 'gif'): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp').catch((cause: unknown) => {
    throw new WordbrushError(
      'PACKAGE_MISSING',
      'Expected the package sharp for an animation; it does not load.',
      {
        hint: 'Run: npm install sharp, or name a folder with --out.',
        cause,
      },
    );
  });
  const delay = images.map((_, index) => (index === 0 || index === images.length - 1 ? END_MS : FRAME_MS));
  const files = await Promise.all(images.map((image) => image.toPNG()));
  const joined = sharp(files, { join: { animated: true } });
  const settings = { loop: 0, delay };
  return format === 'webp'
    ? joined.webp({ ...settings, quality: 90 }).toBuffer()
    : joined.gif(settings).toBuffer();
}
