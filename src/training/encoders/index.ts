/** Text encoders, image trunks and DAMSM, and what trains them. */
export { applyTextEncoder, type BiLstmOptions, buildBiLstm, type EncodedTokens } from './bi-lstm/bi-lstm.js';
export {
  type ContrastiveBatch,
  ContrastiveTrainer,
  type ContrastiveTrainerOptions,
  contrastiveLearningRateFactor,
  samePairs,
} from './bi-lstm/contrastive-trainer.js';
export { buildCharCnnRnn, type CharCnnRnnOptions } from './char-cnn-rnn/char-cnn-rnn.js';
export { CharCnnRnnTrainer, type CharCnnRnnTrainerOptions } from './char-cnn-rnn/char-cnn-rnn-trainer.js';
export { characterBatch } from './char-cnn-rnn/characters.js';
export {
  type CharCnnRnnBatch,
  type CharCnnRnnLossNumbers,
  charCnnRnnLearningRate,
} from './char-cnn-rnn/training-step.js';
export {
  type DamsmLossOptions,
  damsmLoss,
  type ImageEmbedding,
  sameClassPairs,
  sentenceScores,
  type TextEmbedding,
  wordScores,
} from './damsm/damsm-loss.js';
export { DamsmTrainer, type DamsmTrainerOptions } from './damsm/damsm-trainer.js';
export { applyImageHeads, buildImageHeads, type ImageHeadsOptions } from './damsm/image-heads.js';
export { type DamsmScheduleOptions, damsmLearningRate } from './damsm/learning-rate.js';
export type { DamsmBatch, DamsmLossNumbers, DamsmModels } from './damsm/pretraining-step.js';
export { type ResizeOptions, resizeForTrunk } from './damsm/resize-for-trunk.js';
export { type RetrievalAccuracy, retrievalAccuracy } from './damsm/retrieval-accuracy.js';
export { buildEfficientNetLite0 } from './efficientnet-lite0/architecture.js';
export { loadEfficientNetLite0 } from './efficientnet-lite0/load.js';
export { buildInceptionV3 } from './inception-v3/architecture.js';
export { loadNsfwjsInceptionV3 } from './inception-v3/load-nsfwjs.js';
