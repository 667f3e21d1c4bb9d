import { defineCommand } from 'citty';
import { buildEmojiDataset, type EmojiProgress } from '../../training/data/emoji/build-emoji-dataset.js';

const emojiCommand = defineCommand({
  meta: {
    name: 'emoji',
    description: 'Build a data set of 1,394 captioned emoji from two MIT-licensed npm packages',
  },
  args: {
    out: {
      type: 'string',
      required: true,
      valueHint: 'DIR',
      description: 'folder to write; must not exist yet',
    },
    size: { type: 'string', valueHint: 'PIXELS', description: 'side of the pictures', default: '256' },
  },
  async run({ args }) {
    const { folder, train, test } = await buildEmojiDataset({
      out: args.out,
      size: Number(args.size),
      onProgress: showProgress,
    });
    console.log(`${folder}: ${train} pictures to train on, ${test} to test with`);
  },
});

export const dataCommand = defineCommand({
  meta: { name: 'data', description: 'Build data sets' },
  subCommands: { emoji: emojiCommand },
});

function showProgress(progress: EmojiProgress): void {
  if (progress.phase === 'fetch') console.error(`fetching ${progress.name} with npm`);
  else if (process.stderr.isTTY)
    process.stderr.write(`\rwriting pictures ${progress.done}/${progress.total}`);
  if (progress.phase === 'write' && progress.done === progress.total && process.stderr.isTTY) console.error();
}
