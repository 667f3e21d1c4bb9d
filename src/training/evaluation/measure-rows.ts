import { type Evaluation, type Judgement, relationOf, type SplitEvaluation } from './evaluation-record.js';
import type { Spread } from './spread.js';

/** A number of an evaluation for people, beside what real pictures reach. */
export interface MeasureRow {
  measure: string;
  drawn: string;
  /** Empty where there is nothing to compare with. */
  real: string;
  /** What pictures with the captions of others reach; empty for measures without captions. */
  chance: string;
  /** How this number came about: of how many pictures, in which parts, compared with what. */
  protocol: string;
}

/** All numbers of an evaluation, split by split. */
export function measureRows({ protocol, splits, diversity, colors }: Evaluation): MeasureRow[] {
  const rows = splits.flatMap((split) => [
    ...split.rPrecision.map((judgement) => judgementRow(split.split, judgement)),
    ...distanceRows(split),
    ...inceptionRows(split, protocol.inception?.published === true),
    ...nearestRows(split),
  ]);
  if (diversity !== undefined) {
    const { perPrompt, acrossDrawn, acrossReal } = diversity;
    rows.push(
      row('Diversity of pictures under one prompt', {
        drawn: spread(perPrompt, 3),
        protocol: `${perPrompt.picturesPerPrompt} pictures of ${perPrompt.prompts} prompts each`,
      }),
      row('Diversity of all pictures', {
        drawn: acrossDrawn.toFixed(3),
        real: acrossReal.toFixed(3),
        protocol: `a picture of ${perPrompt.prompts} prompts each; all training pictures`,
      }),
    );
  }
  if (colors !== undefined) {
    rows.push(
      row('Colour words obeyed', {
        drawn: percent(colors.share),
        protocol: `${colors.right} of ${colors.prompts} prompts, a picture each`,
      }),
    );
  }
  return rows;
}

function judgementRow(split: string, { judge, drawn, real, shuffled }: Judgement): MeasureRow {
  const text = ({ mean, standardDeviation }: Spread) => `${percent(mean)} ± ${percent(standardDeviation)}`;
  return row(`R-precision, ${split} captions, 1 of ${drawn.mismatched + 1}, ${judgeText(judge)}`, {
    drawn: text(drawn),
    real: text(real),
    chance: text(shuffled),
    protocol: `${drawn.pictures} drawn, ${real.pictures} real pictures; ${drawn.folds} folds; encoders ${shortHash(judge.sha256)}`,
  });
}

/** Who judged, and what that has to do with the model. */
export function judgeText(judge: Judgement['judge']): string {
  switch (relationOf(judge)) {
    case 'own':
      return 'its own DAMSM';
    case 'trained-generator':
      return `judge ${judge.name}, which trained the generator`;
    case 'shares-encoder':
      return `judge ${judge.name}, which shares an encoder with the model`;
    case 'independent':
      return `independent judge ${judge.name}`;
  }
}

function distanceRows({ split, samples, distances }: SplitEvaluation): MeasureRow[] {
  if (distances === undefined) return [];
  const { frechet, kernel, inceptionScoreAnalogue: score, reference } = distances;
  const against = `against ${reference.pictures} real pictures ${shortHash(reference.sha256)}`;
  return [
    row(`Kernel distance, ${split}`, {
      drawn: thousandths(kernel.drawn),
      real: kernel.real === undefined ? '' : thousandths(kernel.real),
      protocol: `${samples} pictures in ${kernel.drawn.subsets} subsets of ${kernel.drawn.subsetSize}, ${against}`,
    }),
    row(`Fréchet distance, ${split}`, { ...frechetTexts(frechet), protocol: against }),
    ...(score === undefined ? [] : [scoreRow(`Inception score analogue, ${split}`, score, distances)]),
  ];
}

/** Called FID, and the Inception score, of the published weights alone. */
function inceptionRows({ split, distances }: SplitEvaluation, isPublished: boolean): MeasureRow[] {
  if (distances?.inception === undefined) return [];
  const { frechet, inceptionScore: score } = distances.inception;
  const { pictures, sha256 } = distances.reference;
  const other = 'on other weights of Inception-v3';
  return [
    row(isPublished ? `FID, ${split}` : `Fréchet distance ${other}, ${split}`, {
      ...frechetTexts(frechet),
      protocol: `against ${pictures} real pictures ${shortHash(sha256)}`,
    }),
    ...(score === undefined
      ? []
      : [scoreRow(`Inception score${isPublished ? '' : ` ${other}`}, ${split}`, score, distances)]),
  ];
}

type Distances = NonNullable<SplitEvaluation['distances']>;

function frechetTexts({ drawn, pictures, real, drawnOfAsMany, asMany }: Distances['frechet']) {
  const alike =
    drawnOfAsMany === undefined || asMany === pictures
      ? ''
      : `, ${drawnOfAsMany.toFixed(1)} of ${asMany} pictures`;
  return {
    drawn: `${drawn.toFixed(1)} of ${pictures} pictures${alike}`,
    real: real === undefined ? '' : `${real.toFixed(1)} of ${asMany}`,
  };
}

function scoreRow(
  measure: string,
  { drawn, real }: NonNullable<Distances['inceptionScoreAnalogue']>,
  { frechet, reference }: Distances,
): MeasureRow {
  return row(measure, {
    drawn: spread(drawn, 2),
    real: spread(real, 2),
    protocol: `${frechet.pictures} pictures in ${drawn.splits} parts; ${reference.pictures} real ones in ${real.splits}`,
  });
}

function nearestRows({ split, samples, nearest }: SplitEvaluation): MeasureRow[] {
  if (nearest === undefined) return [];
  const { medianDistance, medianDistanceOfReal, shareBelow } = nearest;
  return [
    row(`Distance to the nearest training picture, ${split} captions`, {
      drawn: `${medianDistance.toFixed(3)} (${percent(shareBelow)} nearer than 95 % of held-out real ones)`,
      real: medianDistanceOfReal.toFixed(3),
      protocol: `median of ${samples} pictures`,
    }),
  ];
}

function row(
  measure: string,
  texts: { drawn: string; real?: string; chance?: string; protocol: string },
): MeasureRow {
  return { measure, real: '', chance: '', ...texts };
}

/** Enough of a hash to tell one from another; all of it stands in the record. */
function shortHash(sha256: string): string {
  return sha256.slice(0, 8);
}

function spread({ mean, standardDeviation }: Spread, digits: number): string {
  return `${mean.toFixed(digits)} ± ${standardDeviation.toFixed(digits)}`;
}

/** As such distances are small. */
function thousandths({ mean, standardDeviation }: Spread): string {
  return `${(1000 * mean).toFixed(1)} ± ${(1000 * standardDeviation).toFixed(1)} ‰`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
