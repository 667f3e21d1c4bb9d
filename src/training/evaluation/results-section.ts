import type { Evaluation, Judgement, SplitEvaluation } from './evaluation-record.js';

const HEADING = '## Measured';

/** A model card with the results of an evaluation at its end, in place of those that it had. */
export function withResults(card: string, evaluation: Evaluation): string {
  const begin = card.startsWith(HEADING) ? 0 : card.indexOf(`\n${HEADING}`);
  const rest = begin < 0 ? card : card.slice(0, begin);
  return `${rest.trimEnd()}\n\n${resultsSection(evaluation)}`;
}

/** Every number with what the real pictures reach, and how it was measured. */
export function resultsSection(evaluation: Evaluation): string {
  const { protocol, splits, diversity, colors, warnings, data } = evaluation;
  const lines = [
    HEADING,
    '',
    `By \`wordbrush evaluate\` on ${data.name}: ${protocol.samples} pictures a split at ${protocol.size}×${protocol.size}, seed ${protocol.seed}, prompts from ${protocol.captions === 'first' ? 'the first caption of each picture' : 'any caption'}; features of EfficientNet-Lite0 at ${protocol.features.side}×${protocol.features.side}.`,
    '',
    '| | Drawn | Real | Chance |',
    '|---|---|---|---|',
    ...splits.flatMap(splitRows),
    ...(diversity === undefined
      ? []
      : [
          `| Diversity of pictures under one prompt | ${diversity.perPrompt.mean.toFixed(3)} ± ${diversity.perPrompt.standardDeviation.toFixed(3)} | | |`,
          `| Diversity of all pictures | ${diversity.acrossDrawn.toFixed(3)} | ${diversity.acrossReal.toFixed(3)} | |`,
        ]),
    ...(colors === undefined
      ? []
      : [`| Colour words obeyed, of ${colors.prompts} prompts | ${percent(colors.share)} | | |`]),
    '',
    ...warnings.map((warning) => `- ${warning}`),
    ...(warnings.length > 0 ? [''] : []),
    'The whole protocol and all numbers are in `evaluation.json`.',
  ];
  return `${lines.join('\n')}\n`;
}

function splitRows({ split, distances, rPrecision, nearest }: SplitEvaluation): string[] {
  const rows = rPrecision.map((judgement) => judgementRow(split, judgement));
  if (distances !== undefined) {
    const { frechet, kernel, inceptionScoreAnalogue: score } = distances;
    const asMany =
      frechet.drawnOfAsMany === undefined || frechet.asMany === frechet.pictures
        ? ''
        : ` (${frechet.drawnOfAsMany.toFixed(1)} of ${frechet.asMany} pictures)`;
    rows.push(
      `| Kernel distance, ${split} | ${kernelText(kernel.drawn)} | ${kernel.real === undefined ? '' : kernelText(kernel.real)} | |`,
      `| Fréchet distance, ${split} | ${frechet.drawn.toFixed(1)} of ${frechet.pictures} pictures${asMany} | ${frechet.real === undefined ? '' : `${frechet.real.toFixed(1)} of ${frechet.asMany}`} | |`,
      `| Inception score analogue, ${split} | ${score.drawn.mean.toFixed(2)} ± ${score.drawn.standardDeviation.toFixed(2)} | ${score.real.mean.toFixed(2)} ± ${score.real.standardDeviation.toFixed(2)} | |`,
    );
  }
  if (nearest !== undefined) {
    rows.push(
      `| Distance to the nearest training picture, ${split} prompts | ${nearest.medianDistance.toFixed(3)} (${percent(nearest.shareBelow)} nearer than 95 % of held-out real ones) | ${nearest.medianDistanceOfReal.toFixed(3)} | |`,
    );
  }
  return rows;
}

function judgementRow(split: string, { judge, drawn, real, shuffled }: Judgement): string {
  const who = judge.independent ? `judge ${judge.name}` : 'its own DAMSM';
  const of = `1 of ${drawn.mismatched + 1}`;
  const text = ({ mean, standardDeviation }: { mean: number; standardDeviation: number }) =>
    `${percent(mean)} ± ${percent(standardDeviation)}`;
  return `| R-precision, ${split} captions, ${of}, ${who} | ${text(drawn)} | ${text(real)} | ${text(shuffled)} |`;
}

/** In thousandths, as such distances are small. */
function kernelText({ mean, standardDeviation }: { mean: number; standardDeviation: number }): string {
  return `${(1000 * mean).toFixed(1)} ± ${(1000 * standardDeviation).toFixed(1)} ‰`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
