import { withResults } from '../evaluation/results-section.js';
import type { DrawingConfig } from '../run/config/run-config.js';
import type { TextEncoderConfig } from '../run/config/text-encoder-config.js';
import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';
import { dataLines, readingLines } from './card-data.js';
import { isHeldToPictures, trainingLines } from './card-training.js';
import type { TrainingRecord } from './training-record.js';

export interface ModelCardContent {
  name: string;
  /** Sides of its pictures, pixels. */
  sizes: readonly number[];
  record: TrainingRecord;
  dataset: RunDataset;
  /** How well the text encoder reads; undefined for a model without text. */
  retrieval: RetrievalReport | undefined;
}

const ARCHITECTURES: Readonly<Record<DrawingConfig['architecture'], string>> = {
  stackgan: 'StackGAN',
  'stackgan-pp': 'StackGAN++',
  attngan: 'AttnGAN',
};

const TEXT_ENCODERS: Readonly<Record<TextEncoderConfig['kind'], string>> = {
  contrastive: 'a bi-LSTM trained by contrast with EfficientNet-Lite0 features',
  damsm: 'the bi-LSTM of DAMSM, trained with its image encoder by words and by sentences',
  'char-cnn-rnn': 'a char-CNN-RNN trained by structured joint embedding with EfficientNet-Lite0 features',
  vectors: 'vectors of another program',
};

/**
 * The card of a bundle: what the model was trained on and how, how well its text encoder reads, what it cannot do; its last
 * section, of what was measured, says that nothing was yet.
 */
export function modelCard(content: ModelCardContent): string {
  const { name, sizes, record, dataset } = content;
  const { architecture, textEncoder, captions } = record.config;
  const drawsFrom = textEncoder === null ? 'noise alone' : 'a few words';
  const pictures = sizes.map((size) => `${size}×${size}`).join(', then ');
  const lines = [
    `# ${name}`,
    '',
    `${ARCHITECTURES[architecture]}: draws pictures of ${pictures} pixels from ${drawsFrom}. Preset \`${record.config.preset}\` of wordbrush.`,
    '',
    '## Data',
    '',
    ...dataLines(dataset, textEncoder === null ? undefined : captions),
    '',
    '## Training',
    '',
    ...trainingLines(record, dataset),
    ...textLines(content),
    '',
    '## What it cannot do',
    '',
    ...limitLines(content),
  ];
  return withResults(lines.join('\n'), undefined);
}

function textLines({ record: { config }, dataset, retrieval }: ModelCardContent): string[] {
  const { textEncoder } = config;
  if (textEncoder === null || retrieval === undefined) return [];
  return readingLines(TEXT_ENCODERS[textEncoder.kind], dataset, retrieval);
}

function limitLines({ record, sizes, dataset }: ModelCardContent): string[] {
  const { textEncoder } = record.config;
  const examples = dataset.examples.map((example) => `"${example}"`).join(', ');
  const largest = Math.max(...sizes);
  const ofText =
    textEncoder === null
      ? ['- It reads no text: what it draws is a matter of the seed.']
      : [
          textEncoder.kind === 'char-cnn-rnn'
            ? '- It reads small Latin letters, digits and punctuation, 201 of them. Others are left out and reported.'
            : '- It reads the words of its training captions, in lower case. Others are dropped and reported.',
          `- It draws what it has seen, for example: ${examples}. New combinations of known words are a matter of luck.`,
          '- It learnt captions, not language: do not rely on counts, on "no" and "without", or on where things stand.',
        ];
  return [
    ...ofText,
    ...(isHeldToPictures(record)
      ? [
          `- It redraws its training pictures for their captions: it was trained to, by reconstruction. A good picture for such a caption is a copy and no invention, seeds change little in it, and ${dataset.licence} is the licence of what it redraws. Its measurements on training captions say how well it remembers; those on test captions say what it makes of others.`,
        ]
      : []),
    `- Fine shapes are soft, letters and faces most of all, and there is no more in a picture than ${largest}×${largest} pixels.`,
  ];
}
