import { join } from 'node:path';
import { defineCommand } from 'citty';
import {
  contactSheet,
  type GenerateResult,
  generate,
  loadModel,
  type ProgressEvent,
  WordbrushError,
} from '../../sdk/index.js';
import { describeWords } from '../describe-words.js';
import { picturePath } from '../picture-path.js';
import { refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

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
    model: {
      type: 'string',
      valueHint: 'DIR',
      description: 'Folder of a model bundle (default: the one built in)',
    },
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
      options: {
        ...(args.count !== undefined && { count: parseNumber('count', args.count) }),
        ...(args.seed !== undefined && { seed: parseNumber('seed', args.seed) }),
      },
      model: args.model,
      out: args.out,
    };
    // Progress goes to the error stream, so that the output is the result alone.
    const status = new StatusLine(process.stderr);
    const onProgress = (event: ProgressEvent): void => status.update(describeProgress(event));
    const prompt = args._.join(' ');
    let report: Report;
    try {
      report = args.gallery
        ? await drawGallery(request, onProgress)
        : await drawPrompt(requirePrompt(prompt), request, onProgress);
    } finally {
      status.end();
    }
    if (args.json) {
      console.log(JSON.stringify(report, null, 2));
    } else {
      printReport(report);
    }
  },
});

interface Request {
  options: { count?: number; seed?: number };
  model: string | undefined;
  out: string;
}

/** What the command prints, as text or as JSON. */
interface Report {
  files: string[];
  loadMs: number;
  results: Omit<GenerateResult, 'images'>[];
}

async function drawPrompt(
  prompt: string,
  { options, model, out }: Request,
  onProgress: (event: ProgressEvent) => void,
): Promise<Report> {
  const { images, ...result } = await generate(prompt, { ...options, model, onProgress });
  const files: string[] = [];
  for (const image of images) {
    const path = picturePath(out, prompt, image.seed);
    await image.toFile(path);
    files.push(path);
  }
  return { files, loadMs: result.timings.loadMs, results: [result] };
}

async function drawGallery(
  { options, model: path, out }: Request,
  onProgress: (event: ProgressEvent) => void,
): Promise<Report> {
  const started = performance.now();
  const model = await loadModel(path, { onProgress });
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
    const file = join(out, `gallery-${results[0]?.seed}.png`);
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

function describeProgress(event: ProgressEvent): string {
  const percent = Math.round((event.completed / event.total) * 100);
  switch (event.phase) {
    case 'download':
      return `downloading the model ${percent} %`;
    case 'verify':
      return `verifying the model ${percent} %`;
    case 'session':
      return `loading the model ${percent} %`;
    case 'generate':
      return `drawing picture ${event.image + 1} ${percent} %`;
    case 'score':
      return `scoring ${percent} %`;
  }
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

/** @throws WordbrushError INVALID_OPTION for text that is no number; the range is the SDK's to check. */
function parseNumber(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) {
    throw new WordbrushError('INVALID_OPTION', `Expected --${name}: a number, received "${text}".`);
  }
  return value;
}
