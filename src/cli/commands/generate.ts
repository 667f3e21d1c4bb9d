import { join } from 'node:path';
import { defineCommand } from 'citty';
import {
  contactSheet,
  type GenerateResult,
  generate,
  loadModel,
  type ModelChoice,
  type ProgressEvent,
  WordbrushError,
} from '../../sdk/index.js';
import { describeWords } from '../describe-words.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { picturePath } from '../picture-path.js';
import { refuseUnknownOptions } from '../refuse-unknown-options.js';
import { withStatus } from '../with-status.js';

/** What the gallery shows of the default model: colours, shapes, faces and things of the emoji data set. */
const GALLERY_PROMPTS = [
  'red heart',
  'blue heart',
  'green apple',
  'cat face',
  'grinning face',
  'blue car',
  'sun',
  'pizza',
];
/** A sheet of pictures of 64 pixels is too small to look at. */
const GALLERY_ENLARGEMENT = 3;
const GALLERY_COLUMNS = 4;

export const generateCommand = defineCommand({
  meta: {
    name: 'generate',
    description: 'Draw pictures from a prompt: wordbrush generate "a red heart" --count 4 --seed 7',
  },
  args: {
    prompt: { type: 'positional', required: false, description: 'What the pictures show, in one sentence' },
    count: { type: 'string', valueHint: 'N', description: 'How many pictures, 1 to 64 (default: 1)' },
    seed: {
      type: 'string',
      valueHint: 'N',
      description: 'Seed of the first picture; the next has seed + 1 (default: random)',
    },
    out: { type: 'string', valueHint: 'DIR', default: 'pictures', description: 'Folder for the PNG files' },
    size: {
      type: 'string',
      valueHint: 'PIXELS',
      description: 'Width and height, one that the model has (default: its largest)',
    },
    truncation: {
      type: 'string',
      valueHint: 'N',
      description:
        'Draw noise within plus and minus this: less variety, fewer strange pictures (default: none)',
    },
    variation: {
      type: 'string',
      valueHint: 'N',
      description: 'How far pictures of one text differ; 0 draws its mean (default: 1)',
    },
    format: { type: 'string', valueHint: 'NAME', description: 'png, jpg, webp or avif (default: png)' },
    ...modelArguments,
    gallery: {
      type: 'boolean',
      default: false,
      description: 'Draw eight prompts on one contact sheet instead',
    },
    json: { type: 'boolean', default: false, description: 'Print the result as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    if (args.gallery && args._.length > 0) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected a prompt or --gallery, received both: ${args._.join(' ')}.`,
      );
    }
    const request: Request = {
      options: parseNumbers(args),
      model: parseModelArguments(args),
      out: args.out,
      format: parseFormat(args.format),
    };
    const prompt = args._.join(' ');
    const report = await withStatus((onProgress) =>
      args.gallery
        ? drawGallery(request, onProgress)
        : drawPrompt(requirePrompt(prompt), request, onProgress),
    );
    if (args.json) {
      console.log(JSON.stringify(report, null, 2));
    } else {
      printReport(report);
    }
  },
});

const NUMBERS = ['count', 'seed', 'size', 'truncation', 'variation'] as const;
type Numbers = Partial<Record<(typeof NUMBERS)[number], number>>;

const FORMATS = ['png', 'jpg', 'webp', 'avif'] as const;

interface Request {
  options: Numbers;
  model: ModelChoice;
  out: string;
  format: (typeof FORMATS)[number];
}

/** What the command prints, as text or as JSON. */
interface Report {
  files: string[];
  loadMs: number;
  results: Omit<GenerateResult, 'images'>[];
}

async function drawPrompt(
  prompt: string,
  { options, model, out, format }: Request,
  onProgress: (event: ProgressEvent) => void,
): Promise<Report> {
  const { images, ...result } = await generate(prompt, { ...options, ...model, onProgress });
  const files: string[] = [];
  for (const image of images) {
    const path = picturePath(out, prompt, image.seed, format);
    await image.toFile(path);
    files.push(path);
  }
  return { files, loadMs: result.timings.loadMs, results: [result] };
}

async function drawGallery(
  { options, model: { model: source, ...runtime }, out, format }: Request,
  onProgress: (event: ProgressEvent) => void,
): Promise<Report> {
  const started = performance.now();
  const model = await loadModel(source, { ...runtime, onProgress });
  const loadMs = performance.now() - started;
  try {
    const results: GenerateResult[] = [];
    for (const prompt of GALLERY_PROMPTS) {
      // The first prompt's seed, random if none was given, serves all.
      const seed = options.seed ?? results[0]?.seed;
      results.push(await model.generate(prompt, { ...options, seed, onProgress }));
    }
    const images = results.flatMap((result) => result.images);
    const count = options.count ?? 1;
    const columns = count === 1 ? GALLERY_COLUMNS : count;
    const file = join(out, `gallery-${results[0]?.seed}.${format}`);
    const enlarged = images.map((image) => image.enlarge(GALLERY_ENLARGEMENT));
    await contactSheet(enlarged, { columns, gap: 16 }).toFile(file);
    return { files: [file], loadMs, results: results.map(({ images: _, ...result }) => result) };
  } finally {
    await model.dispose();
  }
}

function printReport({ files, loadMs, results }: Report): void {
  for (const file of files) {
    console.log(file);
  }
  if (results.length > 1) {
    console.log(`from left to right, row by row: ${results.map(({ prompt }) => prompt).join(', ')}`);
  }
  for (const line of results.flatMap(({ words }) => describeWords(words))) {
    console.log(line);
  }
  const [first] = results;
  if (first !== undefined) {
    const timings = `model loaded in ${loadMs.toFixed(0)} ms, ${describeTimings(results)}`;
    console.log(`seed ${first.seed}, device ${first.device}, ${timings}`);
  }
}

function describeTimings(results: Report['results']): string {
  const textMs = mean(results.map(({ timings }) => timings.textMs));
  const imageMs = mean(results.flatMap(({ timings }) => timings.imageMs));
  return `prompt read in ${textMs.toFixed(1)} ms, ${imageMs.toFixed(1)} ms a picture`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function requirePrompt(prompt: string): string {
  if (prompt === '') {
    throw new WordbrushError('PROMPT_EMPTY', 'Expected a prompt, received none.', {
      hint: 'Try: wordbrush generate "a red heart", or wordbrush generate --gallery.',
    });
  }
  return prompt;
}

/** Those that were given. @throws WordbrushError INVALID_OPTION for text that is no number; ranges are the SDK's to check. */
function parseNumbers(args: Partial<Record<(typeof NUMBERS)[number], string | undefined>>): Numbers {
  const numbers: Numbers = {};
  for (const name of NUMBERS) {
    const text = args[name];
    if (text === undefined) continue;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) {
      throw new WordbrushError('INVALID_OPTION', `Expected --${name}: a number, received "${text}".`);
    }
    numbers[name] = value;
  }
  return numbers;
}

function parseFormat(name = 'png'): Request['format'] {
  const format = FORMATS.find((one) => one === name);
  if (format !== undefined) return format;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected --format: one of ${FORMATS.join(', ')}, received ${name}.`,
  );
}
