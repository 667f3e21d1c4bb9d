import type { Dataset } from '../data/dataset.js';
import type { ImageSet } from '../data/load-images.js';
import { drawPictures } from './draw-pictures.js';
import type { EvaluatedModel } from './evaluated-model.js';
import type { FeatureCache } from './feature-cache.js';
import type { FeatureNetwork } from './feature-network.js';
import type { Judge } from './open-judges.js';
import type { Progress } from './progress.js';
import type { CaptionChoice, PromptSample } from './sample-captions.js';

/** What all parts of one evaluation share. */
export interface EvaluationContext extends Progress {
  model: EvaluatedModel;
  dataset: Dataset;
  lite0: FeatureNetwork;
  /** The one of FID, where its user has its weights. */
  inception: FeatureNetwork | undefined;
  judges: readonly Judge[];
  /** Of what networks see in real pictures. */
  cache: FeatureCache;
  measures: ReadonlySet<string>;
  samples: number;
  seed: number;
  captions: CaptionChoice;
}

/** The samples whose prompts the model can read. */
export async function readableSamples(
  { model, signal }: EvaluationContext,
  samples: readonly PromptSample[],
): Promise<PromptSample[]> {
  const readable = await model.readable(
    samples.map(({ prompt }) => prompt),
    signal,
  );
  return readable.flatMap((place) => samples[place] ?? []);
}

/** A picture of each prompt, with the noise of its seed. */
export function drawSamples(
  { model, signal, onProgress }: EvaluationContext,
  samples: readonly { prompt: string; seed: number }[],
): Promise<ImageSet> {
  const { conditional } = model.model;
  const requests = samples.map(({ prompt, seed }) => ({ prompt: conditional ? prompt : undefined, seed }));
  return drawPictures(model.model, requests, { size: model.size, signal, onProgress });
}
