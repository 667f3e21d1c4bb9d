import { type Evaluation, relationOf, type SplitEvaluation } from './evaluation-record.js';

/** Fewer pictures than features, with room: a Fréchet distance then has more bias than meaning. */
const FEW_FOR_FRECHET = 2048;
/** What AttnGAN and most others draw for it. */
const FEW_FOR_FID = 30_000;
/** Below this a kernel distance varies by more than models differ. */
const FEW_FOR_KERNEL = 500;
/** The standard error of R-precision is then up to 1.6 points. */
const FEW_FOR_R_PRECISION = 1000;
const PAPER_MISMATCHED = 99;

/** What to bear in mind with the numbers of an evaluation. */
export function evaluationWarnings(
  splits: readonly SplitEvaluation[],
  { asked, inception }: { asked: ReadonlySet<string>; inception: Evaluation['protocol']['inception'] },
): Evaluation['warnings'] {
  const warnings = splits.flatMap((split) => ofSplit(split, inception?.published === true));
  if (inception?.published === false) {
    warnings.push(
      `${inception.file} is not the file that FID is measured with (another sha256), so its numbers are not called FID and cannot be compared with FIDs.`,
    );
  }
  const judges = splits.flatMap(({ rPrecision }) => rPrecision.map(({ judge }) => judge));
  if (asked.has('r-precision')) {
    if (judges.length === 0) {
      warnings.push('No R-precision: the bundle has no image encoder of its own, and no judge was named.');
    } else if (judges.every((judge) => relationOf(judge) === 'own')) {
      warnings.push(
        'R-precision by the model’s own DAMSM only: a generator that was trained with it does better there.',
      );
    } else if (!judges.some((judge) => relationOf(judge) === 'independent')) {
      warnings.push(
        'No judge of R-precision is independent of the model: each has an encoder in common with it. Name one that was trained apart.',
      );
    }
  }
  return warnings;
}

function ofSplit(
  { split, samples, unreadablePrompts, distances, rPrecision }: SplitEvaluation,
  isFid: boolean,
): string[] {
  const warnings: string[] = [];
  if (unreadablePrompts > 0) {
    warnings.push(
      `${split}: ${unreadablePrompts} prompts have no word that the model knows, and were left out.`,
    );
  }
  if (distances !== undefined) {
    const fewest = Math.min(distances.frechet.pictures, distances.reference.pictures);
    if (fewest < FEW_FOR_FRECHET) {
      warnings.push(
        `${split}: the Fréchet distance is of ${fewest} pictures, so biased upwards: compare it with none of another number.`,
      );
    }
    if (distances.inception !== undefined && isFid && fewest < FEW_FOR_FID) {
      warnings.push(
        `${split}: the FID is of ${fewest} pictures, where papers take ${FEW_FOR_FID.toLocaleString('en')} and more: it is higher than theirs would be.`,
      );
    }
    if (fewest < FEW_FOR_KERNEL) {
      warnings.push(`${split}: the kernel distance is of ${fewest} pictures: mind its deviation.`);
    }
  }
  for (const { judge, drawn } of rPrecision) {
    if (samples < FEW_FOR_R_PRECISION) {
      const error = Math.sqrt((drawn.mean * (1 - drawn.mean)) / drawn.pictures);
      warnings.push(
        `${split}: R-precision by ${judge.name} is of ${drawn.pictures} pictures: standard error ${(100 * error).toFixed(1)} points.`,
      );
    }
    if (drawn.mismatched < PAPER_MISMATCHED) {
      warnings.push(
        `${split}: only ${drawn.mismatched} mismatched captions instead of ${PAPER_MISMATCHED}: R-precision is higher than with all.`,
      );
    }
  }
  return warnings;
}
