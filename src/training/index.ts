/** `wordbrush/training`: everything that needs TensorFlow.js. */
export { type LoadTensorFlowOptions, loadTensorFlow } from './backend/load-tensorflow.js';
export { type SetupTrainingOptions, setupTraining } from './backend/setup/setup-training.js';
export { buildEmojiDataset } from './data/emoji/build-emoji-dataset.js';
export { type CaptionedImage, type ImageFolder, readImageFolder } from './data/image-folder.js';
export { type ExportReport, type ExportStackganOptions, exportStackgan } from './export/export-stackgan.js';
export { layerHandlers } from './export/layer-handlers.js';
export { parseStackganConfig, type StackganConfig } from './run/config.js';
export { STACKGAN_PRESETS } from './run/presets/stackgan.js';
export type { RetrievalReport, TrainEvent } from './run/train-events.js';
export { type TrainStackganOptions, trainStackgan } from './run/train-stackgan.js';
export {
  type ArchitectureChoice,
  type ArchitectureSummary,
  summarizeArchitecture,
} from './summary/summarize-architecture.js';
