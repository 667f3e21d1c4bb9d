import type { Evaluation, SplitEvaluation } from '../evaluation/evaluation-record.js';
import { short } from './chart.js';

/** A measure of drawn pictures beside the same of real ones. */
export interface EvaluationRow {
  measure: string;
  drawn: string;
  /** Empty where there is nothing to compare with. */
  real: string;
}

/** The results of an evaluation as rows, those of held-out captions first. */
export function evaluationRows({ splits, diversity, colors }: Evaluation): EvaluationRow[] {
  const ofSplits = [...splits].sort((a, b) => a.split.localeCompare(b.split)).flatMap(splitRows);
  const perPrompt = diversity && {
    measure: `Diversity under one prompt; across prompts (${diversity.perPrompt.prompts} prompts)`,
    drawn: `${short(diversity.perPrompt.mean)}; ${short(diversity.acrossDrawn)}`,
    real: `across ${short(diversity.acrossReal)}`,
  };
  const obeyed = colors && {
    measure: `Colour words obeyed (${colors.prompts} prompts)`,
    drawn: percent(colors.share),
    real: '',
  };
  return [...ofSplits, ...[perPrompt, obeyed].filter((row) => row !== undefined)];
}

/** How it was measured, in a sentence. */
export function evaluationProtocol({ protocol, data }: Evaluation): string {
  const { samples, size, seed, features } = protocol;
  return `${samples} pictures of ${size} pixels a split, seed ${seed}, features of ${features.network}, against ${data.name}.`;
}

function splitRows({ split, samples, distances, rPrecision, nearest }: SplitEvaluation): EvaluationRow[] {
  const of = `${split === 'test' ? 'held-out' : 'training'} captions, ${samples} samples`;
  const rows: EvaluationRow[] = rPrecision.map(({ judge, drawn, real, shuffled }) => ({
    measure: `R-precision of ${of}, by ${judge.independent ? 'the independent' : 'its own'} ${judge.name}`,
    drawn: `${percent(drawn.mean)} ± ${percent(drawn.standardDeviation)}`,
    real: `${percent(real.mean)}; shuffled ${percent(shuffled.mean)}`,
  }));
  if (distances !== undefined) {
    const { kernel, frechet, inceptionScoreAnalogue: score } = distances;
    rows.push(
      {
        measure: `Kernel distance, ${of}`,
        drawn: `${short(kernel.drawn.mean)} ± ${short(kernel.drawn.standardDeviation)}`,
        real: kernel.real === undefined ? '' : short(kernel.real.mean),
      },
      {
        measure: `Fréchet distance, ${of}`,
        drawn: short(frechet.drawn),
        real: frechet.real === undefined ? '' : short(frechet.real),
      },
      {
        measure: `Analogue of the Inception score, ${of}`,
        drawn: short(score.drawn.mean),
        real: short(score.real.mean),
      },
    );
  }
  if (nearest !== undefined) {
    rows.push({
      measure: `Distance to the nearest training picture, ${of}`,
      drawn: short(nearest.medianDistance),
      real: short(nearest.medianDistanceOfReal),
    });
  }
  return rows;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
