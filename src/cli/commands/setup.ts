import { defineCommand } from 'citty';
import { WordbrushError } from '../../sdk/errors.js';
import { setupTraining } from '../../training/backend/setup/setup-training.js';
import type { LibraryKind, SetupEvent } from '../../training/backend/setup/setup-types.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

const trainingCommand = defineCommand({
  meta: {
    name: 'training',
    description: 'Put the native TensorFlow library behind TensorFlow.js, and train one step to try it',
  },
  args: {
    library: {
      type: 'string',
      valueHint: 'cpu|gpu',
      description: 'library for the processor or for CUDA (default: what is there, else cpu)',
    },
    from: {
      type: 'string',
      valueHint: 'wheel|download|DIR',
      description:
        "the wheel on PyPI, the package's own download, or a folder with the library (default: what is there, else download, else wheel)",
    },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    const library = args.library === undefined ? undefined : libraryKind(args.library);
    const { from } = args;
    const status = new StatusLine(process.stderr);
    try {
      const result = await setupTraining({
        ...(library !== undefined && { library }),
        ...(from !== undefined && { from }),
        onEvent: (event) => show(event, status),
      });
      status.end();
      const device = result.gpu ? 'a GPU' : 'the processor';
      const place = result.changed ? 'is in place' : 'was in place already';
      console.log(`TensorFlow ${result.version} ${place} and trains on ${device}.`);
    } finally {
      status.end();
    }
  },
});

export const setupCommand = defineCommand({
  meta: { name: 'setup', description: 'Bring what training needs beyond npm packages' },
  subCommands: { training: trainingCommand },
});

function libraryKind(name: string): LibraryKind {
  if (name === 'cpu' || name === 'gpu') return name;
  throw new WordbrushError('INVALID_OPTION', `Expected --library: cpu or gpu, received ${name}.`);
}

function show(event: SetupEvent, status: StatusLine): void {
  if (event.type === 'step') status.print(event.message);
  else status.update(progressLine(event));
}

function progressLine({ message, doneBytes, totalBytes }: Extract<SetupEvent, { type: 'progress' }>): string {
  const done = `${message} ${megabytes(doneBytes)}`;
  if (totalBytes === undefined) return `${done} MB`;
  const percent = Math.round((doneBytes / totalBytes) * 100);
  return `${done} of ${megabytes(totalBytes)} MB  ${percent} %`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
