import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { defineCommand } from 'citty';
import { reasonOf } from '../../sdk/errors.js';
import { type RankResult, rank, WordbrushError } from '../../sdk/index.js';
import { alignColumns } from '../align-columns.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { refuseUnknownOptions } from '../refuse-unknown-options.js';
import { withStatus } from '../with-status.js';

export const rankCommand = defineCommand({
  meta: {
    name: 'rank',
    description:
      'Order pictures by how well they match texts: wordbrush rank a.png b.png --text "a red heart"',
  },
  args: {
    images: { type: 'positional', required: false, description: 'Picture files' },
    text: { type: 'string', valueHint: 'TEXT', description: 'A text; for several, use --texts' },
    texts: { type: 'string', valueHint: 'FILE', description: 'File with one text a line' },
    by: { type: 'string', valueHint: 'NAME', description: 'sentence or words (default: sentence)' },
    ...modelArguments,
    json: { type: 'boolean', default: false, description: 'Print the result as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    const images = args._;
    const texts = await readTexts(args.text, args.texts);
    if (images.length === 0) {
      throw new WordbrushError('INVALID_OPTION', 'Expected picture files, received none.', {
        hint: 'Try: wordbrush rank a.png b.png --text "a red heart".',
      });
    }
    const { by } = args;
    if (by !== undefined && by !== 'sentence' && by !== 'words') {
      throw new WordbrushError('INVALID_OPTION', `Expected --by: sentence or words, received ${by}.`);
    }
    const choice = parseModelArguments(args);
    const result = await withStatus((onProgress) =>
      rank(images, texts, { ...choice, ...(by !== undefined && { by }), onProgress }),
    );
    console.log(
      args.json ? JSON.stringify({ images, texts, ...result }, null, 2) : describe(images, texts, result),
    );
  },
});

async function readTexts(text: string | undefined, file: string | undefined): Promise<string[]> {
  const lines = file === undefined ? [] : await readLines(file);
  const texts = [...(text === undefined ? [] : [text]), ...lines];
  if (texts.length === 0) {
    throw new WordbrushError('INVALID_OPTION', 'Expected --text or --texts, received neither.');
  }
  return texts;
}

async function readLines(file: string): Promise<string[]> {
  try {
    const content = await readFile(file, 'utf8');
    return content.split(/\r?\n/u).filter((line) => line.trim() !== '');
  } catch (error) {
    throw new WordbrushError('FILE_MISSING', `Expected texts in ${file}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** For each text the pictures, the best match first. */
function describe(images: readonly string[], texts: readonly string[], result: RankResult): string {
  return texts
    .map((text, column) => {
      const rows = (result.imageOrder[column] ?? []).map((row) => [
        `  ${basename(images[row] ?? '')}`,
        (result.scores[row]?.[column] ?? 0).toFixed(3),
        (result.wordScores[row]?.[column] ?? 0).toFixed(3),
      ]);
      return alignColumns([[text, 'sentence', 'words'], ...rows]);
    })
    .join('\n\n');
}
