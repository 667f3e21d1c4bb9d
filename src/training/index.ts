/** `wordbrush/training`: everything that needs TensorFlow.js. */
export * from './architectures/index.js';
export { LiveTensors } from './backend/live-tensors.js';
export { type LoadTensorFlowOptions, loadTensorFlow } from './backend/load-tensorflow.js';
export { type SetupTrainingOptions, setupTraining } from './backend/setup/setup-training.js';
export type { Box, ByteRange, CaptionedImage } from './data/captioned-image.js';
export { DATASET_FORMATS, type Dataset, type DatasetFormat } from './data/dataset.js';
export { type DatasetProblem, ProblemLog } from './data/dataset-problems.js';
export { buildEmojiDataset } from './data/emoji/build-emoji-dataset.js';
export { type DatasetOptions, readDataset } from './data/read-dataset.js';
export { type TokenBatch, tokenBatch } from './data/token-batch.js';
export * from './encoders/index.js';
export {
  type ComparisonSheet,
  type ComparisonSheetOptions,
  comparisonSheet,
} from './evaluation/comparison-sheet.js';
export { type EvaluateOptions, evaluate } from './evaluation/evaluate.js';
export type { Evaluation, Measure } from './evaluation/evaluation-record.js';
export type { InceptionGraph } from './evaluation/inception-graph.js';
export type { EvaluationProgress } from './evaluation/progress.js';
export { writeResultsIntoCard } from './evaluation/write-card.js';
export { readEvaluation, writeEvaluation } from './evaluation/write-evaluation.js';
export type { BundleOptions, GraphReport } from './export/export-bundle.js';
export {
  exportAttnganGenerator,
  exportStackganGenerator,
  exportStackganPlusPlusGenerator,
} from './export/export-generators.js';
export { type ExportReport, type ExportRunOptions, exportRun } from './export/export-run.js';
export type { ScoringModel } from './export/export-scoring.js';
export type { CharacterTextModel, TextModel, WordTextModel } from './export/export-text.js';
export { layerHandlers } from './export/layer-handlers.js';
export { type AdversarialLossName, adversarialLoss } from './losses/adversarial.js';
export type { LossNumbers } from './losses/loss-numbers.js';
export { type FiniteLossOptions, requireFiniteLosses } from './losses/require-finite.js';
export { Adam, type AdamOptions } from './optimizers/adam.js';
export { MovingAverage } from './optimizers/moving-average.js';
export type { Optimizer } from './optimizers/optimizer.js';
export { RmsProp, type RmsPropOptions } from './optimizers/rms-prop.js';
export { type WriteReportOptions, writeReport } from './report/write-report.js';
export type { CheckpointChoice } from './run/checkpoint-places.js';
export { parseRunConfig, type RunConfig } from './run/config/run-config.js';
export { defineRun, type RunSettings } from './run/define-run.js';
export { type DryRun, type DryRunOptions, dryRun } from './run/dry-run.js';
export { runPreset } from './run/presets/run-preset.js';
export { type TrainOptions, type TrainOutcome, train } from './run/train.js';
export type { RetrievalReport, TrainEvent } from './run/train-events.js';
export type { TrainingWarning, WarningKind } from './run/warnings/training-warnings.js';
export {
  type ArchitectureChoice,
  type ArchitectureSummary,
  summarizeArchitecture,
} from './summary/summarize-architecture.js';
export { Trainer } from './trainer.js';
export { type NamedVariables, variablesOf } from './weights/named-variables.js';
export { variablesFromBytes, variablesToBytes } from './weights/variable-files.js';
