import type { Manifest } from '../../sdk/bundle/index.js';
import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';
import type { ScorerConfig } from './export-scorer.js';

export interface ScorerCardContent {
  name: string;
  config: ScorerConfig;
  training: Manifest['training'];
  dataset: RunDataset;
  retrieval: RetrievalReport;
}

const TRUNKS: Readonly<Record<ScorerConfig['textEncoder']['trunk']['network'], string>> = {
  'efficientnet-lite0': 'EfficientNet-Lite0 (ImageNet weights, Apache-2.0)',
  'inception-v3': 'Inception-v3 (weights of the npm package nsfwjs, MIT)',
};

/** The card of a bundle that scores: what it compares, what it was trained on, how well it finds pictures. */
export function scorerCard({ name, config, training, dataset, retrieval }: ScorerCardContent): string {
  const { trunk } = config.textEncoder;
  const source = dataset.source === undefined ? '' : ` ${dataset.source}`;
  const heldOut =
    retrieval.test === undefined
      ? ''
      : `; of the ${dataset.testPictures} held-out ones, ${percent(retrieval.test)} among each other`;
  return `# ${name}

DAMSM: tells how well a picture and a text match, as a whole and word by word. It draws nothing. Preset \`${training.preset}\` of wordbrush.

- Data: ${dataset.name} (licence: ${dataset.licence}), ${dataset.trainPictures} pictures; ${dataset.testPictures} more were held out.${source}
- Training: ${training.steps} steps of ${config.textEncoder.batchSize} pictures, seed ${training.seed}.
- Pictures: ${TRUNKS[trunk.network]}, looked at with ${trunk.imageSize}×${trunk.imageSize} pixels; only the layers behind it were trained.
- Text: a bi-LSTM. The first caption of ${percent(retrieval.train)} of the training pictures finds its own picture among all${heldOut}.
- Words: the vocabulary holds the words of the training captions, in lower case. Others are dropped and reported.

Scores order pictures or texts of the kind it was trained on. Between models they cannot be compared.
`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
