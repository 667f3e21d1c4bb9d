import { z } from 'zod';
import { JUDGE_RELATIONS, type JudgeRelation } from './judge-relation.js';
import { CAPTION_CHOICES } from './sample-captions.js';

/** What can be measured of a model. */
export const MEASURES = ['distances', 'r-precision', 'diversity', 'nearest', 'colors'] as const;
export type Measure = (typeof MEASURES)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const spread = { mean: z.number(), standardDeviation: z.number() };

const kernelDistance = z.strictObject({ ...spread, subsets: count, subsetSize: count });
const score = z.strictObject({ ...spread, splits: count });
const rPrecision = z.strictObject({ ...spread, pictures: count, mismatched: count, folds: count });

/** `real`: the other split's pictures; `drawnOfAsMany`: of as many drawn ones, since the distance falls with their number. */
const frechet = z.strictObject({
  drawn: z.number(),
  pictures: count,
  real: z.number().optional(),
  drawnOfAsMany: z.number().optional(),
  asMany: count.optional(),
});

/** On the Inception-v3 of the protocol: FID, where that is the published one. */
const inceptionSchema = z.strictObject({
  frechet,
  /** Where the file of weights has the classifier. */
  inceptionScore: z.strictObject({ drawn: score, real: score }).optional(),
});

const distancesSchema = z.strictObject({
  /** The real pictures that everything is compared with: all of the split. */
  reference: z.strictObject({ pictures: count, sha256 }),
  frechet,
  kernel: z.strictObject({ drawn: kernelDistance, real: kernelDistance.optional() }),
  inceptionScoreAnalogue: z.strictObject({ drawn: score, real: score }).optional(),
  inception: inceptionSchema.optional(),
});

const judgementSchema = z.strictObject({
  /** A bundle's DAMSM; `independent` if it has no weights in common with the model. */
  judge: z.strictObject({
    name: z.string(),
    sha256,
    independent: z.boolean(),
    /** Older releases did not look for it: their judges were the model's own, or taken for independent. */
    relation: z.enum(JUDGE_RELATIONS).optional(),
  }),
  /** `real`: the pictures that the prompts belong to; `shuffled`: the drawn ones with prompts of others. */
  drawn: rPrecision,
  real: rPrecision,
  shuffled: rPrecision,
  /** Prompts and captions without a word that the judge knows: left out. */
  unreadablePrompts: count,
  unreadableCaptions: count,
});

const nearestSchema = z.strictObject({
  medianDistance: z.number(),
  medianDistanceOfReal: z.number(),
  threshold: z.number(),
  shareBelow: z.number(),
});

const splitSchema = z.strictObject({
  split: z.enum(['train', 'test']),
  pictures: count,
  samples: count,
  unreadablePrompts: count,
  distances: distancesSchema.optional(),
  rPrecision: z.array(judgementSchema),
  nearest: nearestSchema.optional(),
});

const diversitySchema = z.strictObject({
  perPrompt: z.strictObject({ ...spread, prompts: count, picturesPerPrompt: count }),
  /** Of one picture of each prompt, and of all training pictures. */
  acrossDrawn: z.number(),
  acrossReal: z.number(),
});

const colorsSchema = z.strictObject({
  prompts: count,
  right: count,
  share: z.number(),
  /** Share of the nouns that are right in a colour, and of the colours that a noun is right in. */
  byColor: z.record(z.string(), z.number()),
  byNoun: z.record(z.string(), z.number()),
  /** For each prompt the colour found, null where nearly nothing was drawn. */
  found: z.record(z.string(), z.string().nullable()),
});

/** `evaluation.json`: what was measured of a model, and how. The single definition, for writing and for reading. */
export const evaluationSchema = z.strictObject({
  formatVersion: z.literal(1),
  model: z.strictObject({ name: z.string(), architecture: z.string(), sha256, device: z.string() }),
  data: z.strictObject({ name: z.string(), licence: z.string(), trainPictures: count, testPictures: count }),
  protocol: z.strictObject({
    /** Pictures drawn for each split. */
    samples: count,
    seed: count,
    captions: z.enum(CAPTION_CHOICES),
    /** Side that pictures are drawn at, and that real ones are brought to first, pixels. */
    size: count,
    /** How pictures come to that side, and to the network's. */
    resize: z.string(),
    features: z.strictObject({ network: z.string(), weightsSha256: sha256, side: count }),
    /** Of FID; `published` if the file is the published one to the byte. */
    inception: z
      .strictObject({ file: z.string(), weightsSha256: sha256, published: z.boolean(), side: count })
      .optional(),
  }),
  splits: z.array(splitSchema),
  diversity: diversitySchema.optional(),
  /** A sheet of samples beside the card, drawn and real side by side. */
  contactSheet: z.strictObject({ file: z.string(), prompts: count }).optional(),
  colors: colorsSchema.optional(),
  /** What to bear in mind with these numbers. */
  warnings: z.array(z.string()),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
export type SplitEvaluation = Evaluation['splits'][number];
export type Distances = z.infer<typeof distancesSchema>;
export type InceptionDistances = z.infer<typeof inceptionSchema>;
export type Judgement = z.infer<typeof judgementSchema>;
export type Diversities = z.infer<typeof diversitySchema>;
export type ColorObedience = z.infer<typeof colorsSchema>;

/** What a judge has to do with the model, of older records too. */
export function relationOf({ relation, independent }: Judgement['judge']): JudgeRelation {
  return relation ?? (independent ? 'independent' : 'own');
}
