import { defineCommand } from 'citty';
import { WordbrushError } from '../../sdk/errors.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import type { StackganConfig } from '../../training/run/config.js';
import { STACKGAN_PRESETS } from '../../training/run/presets/stackgan.js';
import type { RetrievalReport, TrainEvent } from '../../training/run/train-events.js';
import { type TrainOutcome, trainStackgan } from '../../training/run/train-stackgan.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

export const trainCommand = defineCommand({
  meta: { name: 'train', description: 'Train a text encoder and a generator on pictures with captions' },
  args: {
    architecture: { type: 'string', default: 'stackgan', description: 'stackgan' },
    preset: { type: 'string', description: 'tiny or paper (default: tiny)' },
    data: { type: 'string', required: true, description: 'Image folder with metadata.jsonl' },
    out: { type: 'string', required: true, description: 'Folder of the run' },
    resume: { type: 'boolean', default: false, description: 'Go on with the run in that folder' },
    steps: { type: 'string', description: 'Train up to this step at most' },
    seed: { type: 'string', description: 'Seed of weights, order and noise' },
    backend: { type: 'string', default: 'native', description: 'native or cpu' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    if (args.resume && (args.preset !== undefined || args.seed !== undefined)) {
      throw new WordbrushError('INVALID_OPTION', 'Expected --resume without --preset and --seed.', {
        hint: "The run's config.json holds them.",
      });
    }
    const config = presetConfig(args.architecture, args.preset ?? 'tiny', args.seed);
    const steps = args.steps === undefined ? undefined : parseInteger('steps', args.steps, 1);
    await loadTensorFlow({ backend: backendName(args.backend) });
    const { data, out, resume } = args;
    const status = new StatusLine(process.stderr);
    const stop = stopOnInterrupt(status);
    try {
      const onEvent = (event: TrainEvent) => show(event, status);
      const outcome = await trainStackgan({ config, data, out, resume, steps, signal: stop.signal, onEvent });
      status.end();
      console.log(nextStep(outcome, out));
    } finally {
      status.end();
      stop.forget();
    }
  },
});

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

function nextStep({ finished, checkpointStep }: TrainOutcome, out: string): string {
  if (checkpointStep === undefined)
    return `Stopped before the first checkpoint; --resume begins with what ${out} has.`;
  const reached = finished ? 'Finished' : `Stopped with a checkpoint at step ${checkpointStep}`;
  return `${reached}. Next: wordbrush export ${out} --out DIR${finished ? '' : ', or train on with --resume'}`;
}

function presetConfig(architecture: string, preset: string, seed: string | undefined): StackganConfig {
  if (architecture !== 'stackgan') {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected --architecture: stackgan, received ${architecture}.`,
    );
  }
  if (preset !== 'tiny' && preset !== 'paper') {
    const names = Object.keys(STACKGAN_PRESETS).join(' or ');
    throw new WordbrushError('INVALID_OPTION', `Expected --preset: ${names}, received ${preset}.`);
  }
  const config = STACKGAN_PRESETS[preset];
  return seed === undefined ? config : { ...config, seed: parseInteger('seed', seed, 0) };
}

function backendName(name: string): 'native' | 'cpu' {
  if (name === 'native' || name === 'cpu') return name;
  throw new WordbrushError('INVALID_OPTION', `Expected --backend: native or cpu, received ${name}.`);
}

function show(event: TrainEvent, status: StatusLine): void {
  switch (event.type) {
    case 'data':
      status.update(event.message);
      break;
    case 'text-encoder-step':
      status.update(progress('text encoder', event.step, event.steps, `loss ${event.loss.toFixed(3)}`));
      break;
    case 'text-encoder-done':
      status.print(retrievalLine(event.retrieval));
      break;
    case 'resume':
      status.print(`going on after step ${event.step}`);
      break;
    case 'step':
      status.update(progress('stage 1', event.step, event.steps, stepLine(event)));
      break;
    case 'sample':
      status.print(`sample grid ${event.path}`);
      break;
    case 'checkpoint':
      status.print(`checkpoint ${event.path}`);
      break;
  }
}

function retrievalLine({ train, test }: RetrievalReport): string {
  const held = test === undefined ? '' : `; of the held-out ones, ${percent(test)} among themselves`;
  return `text encoder: ${percent(train)} of the captions find their picture${held}`;
}

/** What matters most comes first: a narrow terminal cuts the end off. */
function stepLine({ losses, imagesPerSecond, secondsLeft }: Extract<TrainEvent, { type: 'step' }>): string {
  const { discriminator, generator, kl } = losses;
  const terms = `D ${discriminator.toFixed(2)} G ${generator.toFixed(2)} KL ${kl.toFixed(2)}`;
  return `${duration(secondsLeft)} left, ${imagesPerSecond.toFixed(0)} images/s, ${terms}`;
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function progress(phase: string, step: number, steps: number, text: string): string {
  const width = 8;
  const filled = Math.round((step / steps) * width);
  return `${phase} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${step}/${steps} ${text}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
