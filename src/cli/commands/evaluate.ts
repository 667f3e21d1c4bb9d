import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { loadFidInception } from '../../../tools/import/fid-inception.js';
import { type DeviceChoice, WordbrushError } from '../../sdk/index.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import { type ComparisonSheet, comparisonSheet } from '../../training/evaluation/comparison-sheet.js';
import { type EvaluateOptions, evaluate } from '../../training/evaluation/evaluate.js';
import { MEASURES, type Measure } from '../../training/evaluation/evaluation-record.js';
import type { EvaluationProgress } from '../../training/evaluation/progress.js';
import { CAPTION_CHOICES } from '../../training/evaluation/sample-captions.js';
import { writeResultsIntoCard } from '../../training/evaluation/write-card.js';
import { EVALUATION_FILE, writeEvaluation } from '../../training/evaluation/write-evaluation.js';
import { exportRun } from '../../training/export/export-run.js';
import { describeEvaluation } from '../describe-evaluation.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { repeatedOption } from '../repeated-option.js';
import { StatusLine } from '../status-line.js';

const SPLITS = ['train', 'test', 'both'] as const;

export const evaluateCommand = defineCommand({
  meta: {
    name: 'evaluate',
    description:
      'Measure a model on a data set: wordbrush evaluate exported-models/attngan-emoji --data data/emoji',
  },
  args: {
    model: { type: 'positional', required: true, description: 'Folder of a bundle, or of a run' },
    data: { type: 'string', required: true, valueHint: 'DIR', description: 'Data set with real pictures' },
    judge: {
      type: 'string',
      valueHint: 'BUNDLE',
      description: 'Bundle that judges R-precision beside the model’s own DAMSM; may be given several times',
    },
    inception: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Weights of FID’s Inception-v3 (pt_inception-2015-12-05-6726825d.pth), to measure FID too',
    },
    split: {
      type: 'enum',
      options: [...SPLITS],
      default: 'both',
      description: 'Whose captions are drawn from',
    },
    samples: {
      type: 'string',
      default: '1000',
      valueHint: 'N',
      description: 'Pictures drawn for each split',
    },
    seed: { type: 'string', default: '1', valueHint: 'N', description: 'Of prompts, noise and captions' },
    captions: {
      type: 'enum',
      options: [...CAPTION_CHOICES],
      default: 'first',
      description: 'Which captions of a picture are used',
    },
    measures: {
      type: 'string',
      valueHint: 'LIST',
      description: `Of ${MEASURES.join(', ')} (default: all but colors)`,
    },
    colors: { type: 'boolean', default: false, description: 'Measure colour words too' },
    size: {
      type: 'string',
      valueHint: 'PIXELS',
      description: 'One of the model’s sizes (default: its largest up to 256)',
    },
    out: {
      type: 'string',
      valueHint: 'FILE',
      description: `Where the numbers go (default: ${EVALUATION_FILE} in the model’s folder)`,
    },
    'contact-sheet': {
      type: 'string',
      valueHint: 'FILE',
      description: 'Also draw 40 training prompts beside their real pictures, into this picture file',
    },
    'write-card': {
      type: 'boolean',
      default: false,
      description: 'Put results and contact sheet into the bundle and its MODEL_CARD.md',
    },
    cache: {
      type: 'boolean',
      default: true,
      description: 'Keep what networks see in real pictures for the next time (--no-cache: compute it anew)',
    },
    device: modelArguments.device,
    backend: {
      type: 'enum',
      options: ['native', 'cpu'],
      description: 'TensorFlow.js backend to export a run with (default: native)',
    },
    json: { type: 'boolean', default: false, description: 'Print the numbers as JSON' },
  },
  async run({ args, rawArgs, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const isRun =
      !existsSync(join(args.model, 'manifest.json')) && existsSync(join(args.model, 'config.json'));
    if (args['write-card'] && isRun) {
      throw new WordbrushError('INVALID_OPTION', 'Expected a bundle for --write-card, received a run.', {
        hint: 'Export the run, and evaluate the bundle.',
      });
    }
    const out = args.out ?? join(args.model, EVALUATION_FILE);
    const options = parseOptions(args, repeatedOption(rawArgs, 'judge'));
    // A bundle takes TensorFlow.js for the network of the features alone, which plain JavaScript reads in no time.
    const tf = await loadTensorFlow({ backend: args.backend ?? (isRun ? 'native' : 'cpu') });
    // Silences its advice to install what is not needed here.
    tf.enableProdMode();
    const inception = args.inception === undefined ? undefined : await loadFidInception(args.inception);
    await withStoppableStatus(async (progress) => {
      await withBundle(args.model, isRun, async (model) => {
        const evaluation = await evaluate({ ...options, inception, model, ...progress });
        const sheetPath = args['contact-sheet'];
        const { data, seed, captions, size } = options;
        let sheet: ComparisonSheet | undefined;
        if (sheetPath !== undefined || args['write-card']) {
          sheet = await comparisonSheet({ model, data, seed, captions, size, ...progress });
        }
        await writeEvaluation(out, evaluation);
        const written = [out];
        if (sheet !== undefined && sheetPath !== undefined) {
          await sheet.sheet.toFile(sheetPath);
          written.push(sheetPath);
        }
        if (args['write-card']) written.push(await writeResultsIntoCard(args.model, evaluation, sheet));
        progress.end();
        console.log(args.json ? JSON.stringify(evaluation, null, 2) : describeEvaluation(evaluation));
        if (!args.json) console.log(written.join('\n'));
      });
    });
  },
});

interface EvaluateArguments {
  data: string;
  split: (typeof SPLITS)[number];
  samples: string;
  seed: string;
  captions: (typeof CAPTION_CHOICES)[number];
  measures?: string | undefined;
  colors: boolean;
  size?: string | undefined;
  device?: string | undefined;
  cache: boolean;
}

type ParsedOptions = Omit<EvaluateOptions, 'model' | 'inception' | 'signal' | 'onProgress'> & {
  device: DeviceChoice;
};

/** @param judges each a place, or several with commas. */
function parseOptions(args: EvaluateArguments, judges: readonly string[]): ParsedOptions {
  const { device = 'auto' } = parseModelArguments({ device: args.device });
  return {
    data: args.data,
    judges: judges.flatMap((list) => list.split(',').map(requireJudge)),
    splits: args.split === 'both' ? ['train', 'test'] : [args.split],
    samples: parseInteger('samples', args.samples, 2),
    seed: parseInteger('seed', args.seed, 0),
    captions: args.captions,
    measures: parseMeasures(args.measures, args.colors),
    size: args.size === undefined ? undefined : parseInteger('size', args.size, 1),
    device,
    cache: args.cache,
  };
}

function requireJudge(place: string): string {
  if (place.trim() !== '') return place.trim();
  throw new WordbrushError('INVALID_OPTION', 'Expected --judge: the place of a bundle, received none.');
}

/** @throws WordbrushError INVALID_OPTION */
function parseMeasures(list: string | undefined, colors: boolean): Measure[] {
  const names = list?.split(',').map((name) => name.trim()) ?? MEASURES.filter((name) => name !== 'colors');
  const measures = names.map((name) => {
    const measure = MEASURES.find((one) => one === name);
    if (measure !== undefined) return measure;
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected --measures: of ${MEASURES.join(', ')}, received ${name}.`,
    );
  });
  return colors && !measures.includes('colors') ? [...measures, 'colors'] : measures;
}

/** A run is exported for the time of its evaluation. */
async function withBundle(
  place: string,
  isRun: boolean,
  work: (bundle: string) => Promise<void>,
): Promise<void> {
  if (!isRun) return work(place);
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-evaluate-'));
  try {
    const bundle = join(folder, basename(resolve(place)));
    await exportRun({ run: place, out: bundle });
    await work(bundle);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface StoppableProgress {
  signal: AbortSignal;
  onProgress: (progress: EvaluationProgress) => void;
  end: () => void;
}

const PHASES: Readonly<Record<EvaluationProgress['phase'], string>> = {
  read: 'reading real pictures',
  draw: 'drawing',
  features: 'looking at pictures',
  judge: 'comparing pictures with captions',
  distances: 'computing distances',
};

/** Progress on the error stream; an interrupt ends the work in order. */
async function withStoppableStatus(work: (progress: StoppableProgress) => Promise<void>): Promise<void> {
  const status = new StatusLine(process.stderr);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    await work({
      signal: stop.signal,
      onProgress: ({ phase, done, total }) => status.update(`${PHASES[phase]}: ${done} of ${total}`),
      end: () => status.end(),
    });
  } finally {
    status.end();
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}
