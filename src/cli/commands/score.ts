import { defineCommand } from 'citty';
import {
  attentionOverlay,
  contactSheet,
  readImage,
  type ScoreResult,
  score,
  WordbrushError,
} from '../../sdk/index.js';
import { alignColumns } from '../align-columns.js';
import { describeWords } from '../describe-words.js';
import { modelArguments, parseModelArguments } from '../model-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { withStatus } from '../with-status.js';

/** Pixels; a heat map of 17 by 17 cells reads well at this width. */
const OVERLAY_WIDTH = 256;
const OVERLAY_COLUMNS = 4;

export const scoreCommand = defineCommand({
  meta: {
    name: 'score',
    description: 'Tell how well a picture and a text match: wordbrush score bird.jpg "a small yellow bird"',
  },
  args: {
    image: { type: 'positional', required: true, description: 'Picture file' },
    text: { type: 'positional', required: true, description: 'What it should show' },
    ...modelArguments,
    overlay: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Write where each word was found, as heat over the picture',
    },
    json: { type: 'boolean', default: false, description: 'Print the result as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 2);
    const { image, text, overlay } = args;
    const choice = parseModelArguments(args);
    const result = await withStatus((onProgress) => score(image, text, { ...choice, onProgress }));
    if (overlay !== undefined) await writeOverlay(overlay, image, result);
    console.log(args.json ? toJson(result) : describeScore(result));
    if (overlay !== undefined && !args.json) console.log(overlay);
  },
});

async function writeOverlay(path: string, image: string, { words }: ScoreResult): Promise<void> {
  const maps = words.flatMap(({ regions }) => regions ?? []);
  if (maps.length === 0) {
    throw new WordbrushError(
      'INVALID_OPTION',
      'Expected words that were looked for, for --overlay; there are none.',
    );
  }
  const picture = await (await readImage(image)).resize(OVERLAY_WIDTH);
  const overlays = maps.map((map) => attentionOverlay(picture, map));
  await contactSheet(overlays, { columns: Math.min(OVERLAY_COLUMNS, maps.length) }).toFile(path);
}

/** The heat maps as plain lists. */
function toJson(result: ScoreResult): string {
  return JSON.stringify(result, (_, value) => (value instanceof Float32Array ? Array.from(value) : value), 2);
}

function describeScore({ score: sentence, wordScore, words, device, timings }: ScoreResult): string {
  const read = words.filter(({ relevance }) => relevance !== undefined);
  const rows = [
    ['sentence', sentence.toFixed(3)],
    ['words', wordScore.toFixed(3)],
    ...read.map(({ text, relevance = 0 }) => [`  ${text}`, relevance.toFixed(3)]),
  ];
  const lines = [
    alignColumns(rows),
    ...describeWords(words),
    `device ${device}, ${timings.totalMs.toFixed(0)} ms`,
  ];
  return lines.join('\n');
}
