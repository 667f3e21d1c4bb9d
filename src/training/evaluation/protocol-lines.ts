import type { Evaluation } from './evaluation-record.js';
import { judgeText } from './measure-rows.js';

/** How all numbers of an evaluation came about, a sentence a line, hashes whole. */
export function protocolLines({ model, data, protocol, splits }: Evaluation): string[] {
  const { samples, size, seed, captions, resize, features, inception } = protocol;
  const prompts = captions === 'first' ? 'the first caption of each picture' : 'any caption of each picture';
  const judges = new Map(
    splits.flatMap(({ rPrecision }) => rPrecision.map(({ judge }) => [judge.sha256, judge] as const)),
  );
  return [
    `${samples} pictures of ${size} pixels a split, seed ${seed}, prompts from ${prompts} of ${data.name} (${data.trainPictures} training, ${data.testPictures} test pictures), drawn on ${model.device} by the model of sha256 ${model.sha256}.`,
    resize,
    `Features of ${features.network} at ${features.side}×${features.side}, weights ${features.weightsSha256}.`,
    ...(inception === undefined
      ? []
      : [
          `Inception-v3 at ${inception.side}×${inception.side}, ${inception.file}, sha256 ${inception.weightsSha256}${inception.published ? '' : ', which is not the published one of FID'}.`,
        ]),
    ...[...judges.values()].map(
      (judge) => `R-precision by ${judgeText(judge)}: image and text encoder ${judge.sha256}.`,
    ),
    ...splits.flatMap(({ split, distances }) =>
      distances === undefined
        ? []
        : [
            `Reference of ${split}: ${distances.reference.pictures} real pictures, pixels ${distances.reference.sha256}.`,
          ],
    ),
  ];
}
