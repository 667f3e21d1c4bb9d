import type { Evaluation, SplitEvaluation } from '../training/evaluation/evaluation-record.js';
import { alignColumns } from './align-columns.js';

/** The numbers of an evaluation beside those of real pictures, for a terminal. */
export function describeEvaluation({ protocol, splits, diversity, colors, warnings }: Evaluation): string {
  const rows = [
    ['', 'drawn', 'real', 'shuffled'],
    ...splits.flatMap(splitRows),
    ...(diversity === undefined
      ? []
      : [
          ['diversity, one prompt', spread(diversity.perPrompt, 3), '', ''],
          ['diversity, all', diversity.acrossDrawn.toFixed(3), diversity.acrossReal.toFixed(3), ''],
        ]),
    ...(colors === undefined
      ? []
      : [['colour words', `${percent(colors.share)} (${colors.right} of ${colors.prompts})`, '', '']]),
  ];
  const { samples, seed, size, captions } = protocol;
  const how = `${samples} pictures a split, ${size}×${size}, seed ${seed}, ${captions} captions; features of EfficientNet-Lite0`;
  return [how, alignColumns(rows), ...warnings].join('\n');
}

function splitRows({ split, distances, rPrecision, nearest }: SplitEvaluation): string[][] {
  const rows = rPrecision.map(({ judge, drawn, real, shuffled }) => [
    `${split}: R-precision, ${judge.independent ? judge.name : 'own DAMSM'}`,
    ...[drawn, real, shuffled].map(
      ({ mean, standardDeviation }) => `${percent(mean)} ± ${percent(standardDeviation)}`,
    ),
  ]);
  if (distances !== undefined) {
    const { frechet, kernel, inceptionScoreAnalogue: score } = distances;
    const ofReal = frechet.real === undefined ? '' : `${frechet.real.toFixed(1)} of ${frechet.asMany}`;
    const asMany =
      frechet.drawnOfAsMany === undefined || frechet.asMany === frechet.pictures
        ? ''
        : `, ${frechet.drawnOfAsMany.toFixed(1)} of ${frechet.asMany}`;
    rows.push(
      [
        `${split}: kernel distance`,
        spread(kernel.drawn, 4),
        kernel.real === undefined ? '' : spread(kernel.real, 4),
        '',
      ],
      [
        `${split}: Fréchet distance`,
        `${frechet.drawn.toFixed(1)} of ${frechet.pictures}${asMany}`,
        ofReal,
        '',
      ],
      [`${split}: Inception score analogue`, spread(score.drawn, 2), spread(score.real, 2), ''],
    );
  }
  if (nearest !== undefined) {
    rows.push([
      `${split}: nearest training picture`,
      `${nearest.medianDistance.toFixed(3)}, ${percent(nearest.shareBelow)} nearer than 95 % of real`,
      nearest.medianDistanceOfReal.toFixed(3),
      '',
    ]);
  }
  return rows;
}

function spread(
  { mean, standardDeviation }: { mean: number; standardDeviation: number },
  digits: number,
): string {
  return `${mean.toFixed(digits)} ± ${standardDeviation.toFixed(digits)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
