import type { Manifest } from '../../sdk/bundle/index.js';

/**
 * What a judge has to do with the model that it judges.
 * - `own`: the model's DAMSM, from its own bundle.
 * - `trained-generator`: another bundle with encoders that the generator was trained by.
 * - `shares-encoder`: the generator reads its text encoder, or both have an image encoder, and none of it trained the generator.
 * - `independent`: no weights in common.
 */
export const JUDGE_RELATIONS = ['own', 'trained-generator', 'shares-encoder', 'independent'] as const;
export type JudgeRelation = (typeof JUDGE_RELATIONS)[number];

/**
 * Compares a model's encoders with those of a judge from another bundle, by the hashes of the weights that both were
 * exported from and by those of their files. Where the model's manifest does not say what trained its generator, a common
 * encoder counts as having done so.
 */
export function judgeRelation(model: Manifest, judge: Manifest): Exclude<JudgeRelation, 'own'> {
  const ofJudge = encoderHashes(judge);
  if (!encoderHashes(model).some((hash) => ofJudge.includes(hash))) return 'independent';
  return model.training.damsmWeight === 0 ? 'shares-encoder' : 'trained-generator';
}

/** Of the files, and of the weights before they were rounded or brought to another form. */
function encoderHashes({ files, textEncoder, imageEncoder, training }: Manifest): string[] {
  const ofFiles = [textEncoder, imageEncoder].map((graph) => files[graph?.file ?? '']?.sha256);
  const ofWeights = [training.textEncoderSha256, training.imageEncoderSha256];
  return [...ofFiles, ...ofWeights].filter((hash) => typeof hash === 'string');
}
