import { defineCommand } from 'citty';
import { buildEmojiDataset } from '../../training/data/emoji/build-emoji-dataset.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

export const dataEmojiCommand = defineCommand({
  meta: {
    name: 'emoji',
    description: 'Build a data set of 1,394 captioned emoji from two MIT-licensed npm packages',
  },
  args: {
    out: {
      type: 'string',
      required: true,
      valueHint: 'DIR',
      description: 'Folder to write; must not exist yet',
    },
    size: { type: 'string', default: '256', valueHint: 'PIXELS', description: 'Side of the pictures' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    const size = parseInteger('size', args.size, 1);
    const status = new StatusLine(process.stderr);
    const stop = new AbortController();
    // Without this an interrupted build would leave its half-filled folder.
    const onInterrupt = () => stop.abort();
    process.once('SIGINT', onInterrupt);
    process.once('SIGTERM', onInterrupt);
    try {
      const { folder, train, test } = await buildEmojiDataset({
        out: args.out,
        size,
        signal: stop.signal,
        onProgress: (progress) => {
          if (progress.phase === 'fetch') status.print(`Fetching ${progress.name} with npm`);
          else status.update(`Writing pictures: ${progress.done} of ${progress.total}`);
        },
      });
      status.end();
      console.log(`${folder}: ${train} pictures to train on, ${test} held out for testing`);
    } finally {
      status.end();
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    }
  },
});
