import type { Manifest } from '../../sdk/bundle/index.js';
import type { DrawingConfig } from '../run/config/run-config.js';
import type { TextEncoderConfig } from '../run/config/text-encoder-config.js';
import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';

export interface ModelCardContent {
  name: string;
  config: DrawingConfig;
  training: Manifest['training'];
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

/** The card of a bundle: what the model was trained on, how well its text encoder reads, what to expect. */
export function modelCard({ name, config, training, dataset, retrieval }: ModelCardContent): string {
  const epochs = Math.round((training.steps * Number(training.batchSize)) / dataset.trainPictures);
  const hours = (Number(training.trainedSeconds) / 3600).toFixed(1);
  const source = dataset.source === undefined ? '' : ` ${dataset.source}`;
  const drawsFrom = config.textEncoder === null ? 'noise alone' : 'a few words';
  return `# ${name}

${ARCHITECTURES[config.architecture]}: draws pictures from ${drawsFrom}. Preset \`${training.preset}\` of wordbrush.

- Data: ${dataset.name} (licence: ${dataset.licence}), ${dataset.trainPictures} pictures; ${dataset.testPictures} more were held out.${source}
- Training: ${training.steps} steps of ${String(training.batchSize)} pictures (${epochs} epochs), ${hours} hours, seed ${training.seed}.
${textLines(config, dataset, retrieval)}`;
}

function textLines(
  { textEncoder }: DrawingConfig,
  dataset: RunDataset,
  retrieval: RetrievalReport | undefined,
): string {
  if (textEncoder === null || retrieval === undefined) return '';
  const heldOut =
    retrieval.test === undefined
      ? ''
      : `; of the ${dataset.testPictures} held-out ones, ${percent(retrieval.test)} among each other`;
  const reads =
    textEncoder.kind === 'char-cnn-rnn'
      ? '- Characters: small Latin letters, digits and punctuation, 201 of them. Others are left out and reported.'
      : '- Words: the vocabulary holds the words of the training captions, in lower case. Others are dropped and reported.';
  return `- Text encoder: ${TEXT_ENCODERS[textEncoder.kind]}. The first caption of ${percent(retrieval.train)} of the training pictures finds its own picture among all${heldOut}.
${reads}

It draws what it has seen, for example: ${dataset.examples.map((example) => `"${example}"`).join(', ')}. New combinations of known words are a
matter of luck, and fine shapes are soft.
`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
