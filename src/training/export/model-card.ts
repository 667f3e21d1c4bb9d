import type { Manifest } from '../../sdk/bundle/index.js';
import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';

export interface ModelCardContent {
  name: string;
  training: Manifest['training'];
  dataset: RunDataset;
  retrieval: RetrievalReport;
}

/** The card of a bundle: what the model was trained on, how well its text encoder reads, what to expect. */
export function modelCard({ name, training, dataset, retrieval }: ModelCardContent): string {
  const epochs = Math.round((training.steps * Number(training.batchSize)) / dataset.trainPictures);
  const hours = (Number(training.trainedSeconds) / 3600).toFixed(1);
  const heldOut =
    retrieval.test === undefined
      ? ''
      : `; of the ${dataset.testPictures} held-out ones, ${percent(retrieval.test)} among each other`;
  return `# ${name}

StackGAN, Stage-I: draws pictures of 64×64 pixels from a few words. Preset \`${training.preset}\` of wordbrush.

- Data: ${dataset.name} (licence: ${dataset.licence}), ${dataset.trainPictures} pictures; ${dataset.testPictures} more were held out.${dataset.source === undefined ? '' : ` ${dataset.source}`}
- Training: ${training.steps} steps of ${String(training.batchSize)} pictures (${epochs} epochs), ${hours} hours, seed ${training.seed}.
- Text encoder: a bi-LSTM trained by contrast with EfficientNet-Lite0 features. The first caption of ${percent(retrieval.train)} of the training pictures finds its own picture among all${heldOut}.
- Words: the vocabulary holds the words of the training captions, in lower case. Others are dropped and reported.

It draws what it has seen, for example: ${dataset.examples.map((example) => `"${example}"`).join(', ')}. New combinations of known words are a
matter of luck, and fine shapes are soft.
`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
