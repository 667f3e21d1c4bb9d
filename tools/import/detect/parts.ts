/** What a state dict was found to be, with every size that its model needs. */
export type Part =
  | GeneratorPart
  | TextEncoderPart
  | CharacterEncoderPart
  | ImageEncoderPart
  | DiscriminatorPart;

export type GeneratorPart = AttnganPart | StackganPlusPlusPart | Stage1Part | Stage2Part;

export type ArchitectureName = GeneratorPart['architecture'];

/** `G_NET` of AttnGAN, or with one picture its `G_DCGAN`. */
export interface AttnganPart {
  kind: 'generator';
  architecture: 'attngan';
  sentenceDim: number;
  wordDim: number;
  conditionDim: number;
  zDim: number;
  baseWidth: number;
  residualBlocks: number;
  branches: number;
  images: 'every' | 'last';
}

/** `G_NET` of StackGAN++. */
export interface StackganPlusPlusPart {
  kind: 'generator';
  architecture: 'stackgan-pp';
  /** Undefined for the model that draws from noise alone. */
  text: { sentenceDim: number; conditionDim: number } | undefined;
  zDim: number;
  baseWidth: number;
  residualBlocks: number;
  branches: number;
}

/** `STAGE1_G` of StackGAN. */
export interface Stage1Part {
  kind: 'generator';
  architecture: 'stackgan';
  stage: 1;
  sentenceDim: number;
  conditionDim: number;
  zDim: number;
  baseWidth: number;
}

/** `STAGE2_G` of StackGAN, Stage-I inside it. */
export interface Stage2Part {
  kind: 'generator';
  architecture: 'stackgan';
  stage: 2;
  stage1: Stage1Part;
  sentenceDim: number;
  conditionDim: number;
  baseWidth: number;
  residualBlocks: number;
}

/** `RNN_ENCODER` of AttnGAN. */
export interface TextEncoderPart {
  kind: 'text-encoder';
  vocabularySize: number;
  embeddingDim: number;
  sentenceDim: number;
}

/** A char-CNN-RNN under the names of `characterEncoderNames`. */
export interface CharacterEncoderPart {
  kind: 'character-encoder';
  recurrence: 'gru' | 'relu';
  cnnDim: number;
  sentenceDim: number;
}

/** `CNN_ENCODER` of AttnGAN: Inception-v3 with the two heads of DAMSM. */
export interface ImageEncoderPart {
  kind: 'image-encoder';
  embeddingDim: number;
}

/** Recognised to say what it is; drawing needs none. */
export interface DiscriminatorPart {
  kind: 'discriminator';
}
