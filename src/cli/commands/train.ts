import { defineCommand } from 'citty';
import { WordbrushError } from '../../sdk/errors.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import { dryRun } from '../../training/run/dry-run.js';
import { ENCODER_ARCHITECTURES, RUN_ARCHITECTURES } from '../../training/run/presets/run-preset.js';
import { RunFolder } from '../../training/run/run-folder.js';
import { type TrainOutcome, train } from '../../training/run/train.js';
import type { TrainEvent } from '../../training/run/train-events.js';
import { datasetArguments, datasetOptions } from '../dataset-arguments.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';
import { chosenConfig } from './train-config.js';
import { describeCost } from './train-cost.js';
import { showTraining } from './train-progress.js';

export const trainCommand = defineCommand({
  meta: { name: 'train', description: 'Train a text encoder and a generator on pictures with captions' },
  args: {
    architecture: {
      type: 'string',
      valueHint: 'NAME',
      description: `${RUN_ARCHITECTURES.join(', ')} (default: stackgan)`,
    },
    preset: { type: 'string', valueHint: 'NAME', description: 'tiny, small or paper (default: tiny)' },
    dataset: { type: 'string', valueHint: 'NAME', description: 'Which official configuration of paper' },
    variant: { type: 'string', valueHint: 'NAME', description: 'Which form of stackgan or attngan' },
    config: {
      type: 'string',
      valueHint: 'FILE',
      description: 'JSON, .mjs or .ts whose fields replace those of the preset',
    },
    set: {
      type: 'string',
      valueHint: 'FIELD=VALUE',
      description: 'Replace a field; may be given many times',
    },
    data: {
      type: 'string',
      required: true,
      valueHint: 'DIR',
      description: 'Folder or file of the data set; docs/data.md has the layouts',
    },
    ...datasetArguments,
    'picture-memory': {
      type: 'string',
      valueHint: 'MIB',
      description:
        'Decoded pictures that may stay in memory; more are decoded as training goes on (default: 1024)',
    },
    out: { type: 'string', valueHint: 'DIR', description: 'Folder of the run' },
    'dry-run': {
      type: 'boolean',
      default: false,
      description: 'Write nothing: count the models and measure ten steps of each phase',
    },
    'text-encoder': {
      type: 'string',
      valueHint: 'RUN',
      description: 'Folder of a run whose text encoder is taken',
    },
    stage1: {
      type: 'string',
      valueHint: 'RUN',
      description: 'stackgan: folder of a run whose Stage-I is taken, to train Stage-II behind',
    },
    'warm-start': {
      type: 'string',
      valueHint: 'RUN',
      description: 'Folder of a run whose weights the generator begins with, where they fit',
    },
    resume: { type: 'boolean', default: false, description: 'Go on with the run in that folder' },
    steps: { type: 'string', valueHint: 'N', description: 'Train up to this step at most' },
    seed: { type: 'string', valueHint: 'N', description: 'Seed of weights, order and noise' },
    backend: {
      type: 'enum',
      options: ['native', 'cpu'],
      default: 'native',
      description: 'TensorFlow.js backend',
    },
  },
  async run({ args, rawArgs, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    const { data, resume } = args;
    const isDry = args['dry-run'];
    const out = isDry ? '' : requireOut(args.out);
    const origins = {
      textEncoderFrom: args['text-encoder'],
      stage1From: args.stage1,
      warmStartFrom: args['warm-start'],
    };
    const choices = [
      'architecture',
      'preset',
      'dataset',
      'variant',
      'config',
      'set',
      'seed',
      'text-encoder',
      'stage1',
      'warm-start',
    ] as const;
    const surplus = choices.find((name) => args[name] !== undefined);
    if (resume && isDry) {
      throw new WordbrushError('INVALID_OPTION', 'Expected --resume or --dry-run, received both.');
    }
    if (resume && surplus !== undefined) {
      throw new WordbrushError('INVALID_OPTION', `Expected --resume without --${surplus}.`, {
        hint: "The run's config.json holds what it was begun with.",
      });
    }
    const config = resume ? undefined : await chosenConfig({ ...args, assignments: assignmentsIn(rawArgs) });
    const steps = args.steps === undefined ? undefined : parseInteger('steps', args.steps, 1);
    const dataset = datasetOptions(args);
    const pictureMemory = args['picture-memory'];
    const maxPictureBytes =
      pictureMemory === undefined ? undefined : parseInteger('picture-memory', pictureMemory, 0) * 2 ** 20;
    await loadTensorFlow({ backend: args.backend });
    const status = new StatusLine(process.stderr);
    const stop = stopOnInterrupt(status);
    try {
      const onEvent = (event: TrainEvent) => showTraining(event, status);
      const { signal } = stop;
      if (isDry) {
        const cost = await dryRun({ config, data, dataset, maxPictureBytes, signal, onEvent, ...origins });
        status.end();
        console.log(describeCost(cost));
        return;
      }
      const outcome = await train({
        config,
        data,
        dataset,
        maxPictureBytes,
        out,
        resume,
        steps,
        signal,
        onEvent,
        ...origins,
      });
      status.end();
      console.log(await nextStep(outcome, out));
    } finally {
      status.end();
      stop.forget();
    }
  },
});

function requireOut(out: string | undefined): string {
  if (out !== undefined) return out;
  throw new WordbrushError('INVALID_OPTION', 'Expected --out: the folder of the run, received none.', {
    hint: '--dry-run does without.',
  });
}

/** Every `--set`; the parser itself keeps the last one only. */
function assignmentsIn(rawArgs: readonly string[]): string[] {
  return rawArgs.flatMap((argument, index) => {
    if (argument === '--set') return [rawArgs[index + 1] ?? ''];
    return argument.startsWith('--set=') ? [argument.slice('--set='.length)] : [];
  });
}

/** The first Ctrl-C asks training to stop; then the system's own answer to a second one is back. */
function stopOnInterrupt(status: StatusLine) {
  const controller = new AbortController();
  const stop = () => {
    status.print('Stopping; a second Ctrl-C stops at once, without a checkpoint.');
    controller.abort();
    forget();
  };
  const forget = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return { signal: controller.signal, forget };
}

async function nextStep({ finished, checkpointStep }: TrainOutcome, out: string): Promise<string> {
  if (checkpointStep === undefined)
    return `Stopped before the first checkpoint; --resume begins with what ${out} has.`;
  if (!finished) {
    return `Stopped with a checkpoint at step ${checkpointStep}. Next: train on with --resume, or, once the generator has a checkpoint, wordbrush export ${out} --out DIR`;
  }
  const { architecture } = await new RunFolder(out).readConfig();
  const isEncoder = ENCODER_ARCHITECTURES.includes(architecture);
  return isEncoder
    ? `Finished. Next: wordbrush train --architecture NAME --text-encoder ${out} --data DIR --out RUN`
    : `Finished. Next: wordbrush export ${out} --out DIR`;
}
