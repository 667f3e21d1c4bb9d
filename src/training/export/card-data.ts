import type { RunConfig } from '../run/config/run-config.js';
import type { RunDataset } from '../run/run-folder.js';
import type { RetrievalReport } from '../run/train-events.js';

const CAPTION_STYLES: Readonly<Record<RunConfig['captions'], string>> = {
  any: 'any of a picture’s captions at a time',
  labelAndTags:
    'a picture’s first caption as label, the others as tags: the label, the label with tags, or tags alone',
};

/** What a model was trained on, as lines of its card. @param captions undefined for a model without text. */
export function dataLines(
  { name, licence, source, trainPictures, testPictures }: RunDataset,
  captions: RunConfig['captions'] | undefined,
): string[] {
  return [
    `- Data: ${name}, ${trainPictures} pictures; ${testPictures} more were held out.`,
    `- Licence of the data: ${licence}. What may be done with the model follows from it.`,
    `- Origin of pictures and captions: ${source ?? 'the data set does not say (`source` in its `dataset.json`).'}`,
    ...(captions === undefined ? [] : [`- Captions in training: ${CAPTION_STYLES[captions]}.`]),
  ];
}

/** How well a text encoder reads, as lines of a card. @param encoder what it is, in words. */
export function readingLines(
  encoder: string,
  { testPictures }: RunDataset,
  { train, test }: RetrievalReport,
): string[] {
  const heldOut =
    test === undefined ? '' : `; of the ${testPictures} held-out ones, ${percent(test)} among each other`;
  return [
    `- Text encoder: ${encoder}. The first caption of ${percent(train)} of the training pictures finds its own picture among all${heldOut}.`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
