import { defineCommand } from 'citty';
import { WordbrushError } from '../../sdk/errors.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import type { StackganConfig } from '../../training/run/config.js';
import { STACKGAN_PRESETS } from '../../training/run/presets/stackgan.js';
import type { RetrievalReport, TrainEvent } from '../../training/run/train-events.js';
import { trainStackgan } from '../../training/run/train-stackgan.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

export const trainCommand = defineCommand({
  meta: { name: 'train', description: 'Train a text encoder and a generator on pictures with captions' },
  args: {
    architecture: { type: 'string', default: 'stackgan', description: 'stackgan' },
    preset: { type: 'string', default: 'tiny', description: 'tiny or paper' },
    data: { type: 'string', required: true, description: 'Image folder with metadata.jsonl' },
    out: { type: 'string', required: true, description: 'Folder of the run' },
    resume: { type: 'boolean', default: false, description: 'Go on with the run in that folder' },
    steps: { type: 'string', description: 'Train up to this step at most' },
    seed: { type: 'string', description: 'Seed of weights, order and noise' },
    backend: { type: 'string', default: 'native', description: 'native or cpu' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    const config = presetConfig(args.architecture, args.preset, args.seed);
    const steps = args.steps === undefined ? undefined : parseInteger('steps', args.steps, 1);
    await loadTensorFlow({ backend: backendName(args.backend) });
    const stop = new AbortController();
    const status = new StatusLine(process.stdout);
    const onInterrupt = () => {
      status.print('Stopping after this step; a second Ctrl-C stops at once, without a checkpoint.');
      stop.abort();
    };
    process.once('SIGINT', onInterrupt);
    process.once('SIGTERM', onInterrupt);
    try {
      const { data, out, resume } = args;
      await trainStackgan({
        config,
        data,
        out,
        resume,
        steps,
        signal: stop.signal,
        onEvent: (event) => show(event, status),
      });
    } finally {
      status.end();
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    }
    console.log(`The run is in ${args.out}. Next: wordbrush export ${args.out} --out DIR`);
  },
});

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

function stepLine({ losses, imagesPerSecond, secondsLeft }: Extract<TrainEvent, { type: 'step' }>): string {
  const { discriminator, generator, kl } = losses;
  const terms = `D ${discriminator.toFixed(2)}  G ${generator.toFixed(2)}  KL ${kl.toFixed(3)}`;
  return `${imagesPerSecond.toFixed(0)} images/s  ${terms}  ${duration(secondsLeft)} left`;
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function progress(phase: string, step: number, steps: number, text: string): string {
  const width = 20;
  const filled = Math.round((step / steps) * width);
  return `${phase} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${step}/${steps}  ${text}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
