/** `wordbrush/import`: official weights in, bundles out, and the other way. */
export { detectPart } from './detect/detect-part.js';
export type {
  ArchitectureName,
  AttnganPart,
  CharacterEncoderPart,
  GeneratorPart,
  ImageEncoderPart,
  Part,
  StackganPlusPlusPart,
  Stage1Part,
  Stage2Part,
  TextEncoderPart,
} from './detect/parts.js';
export {
  type ImportEmbeddingsOptions,
  type ImportEmbeddingsReport,
  importEmbeddings,
} from './embeddings/import-embeddings.js';
export {
  type ExportedNetwork,
  type ExportWeightsOptions,
  type ExportWeightsReport,
  exportWeights,
} from './export-weights.js';
export { loadFidInception } from './fid-inception.js';
export { type ImportModelOptions, type ImportReport, importModel } from './import-model.js';
export type { Compatibility } from './models/build-generator.js';
export { readEmbeddings, readFileNames } from './numpy/read-embeddings.js';
export { readNpy } from './numpy/read-npy.js';
export { readNpz } from './numpy/read-npz.js';
export { readStateDict, readStateDicts, type StateDictOptions } from './pytorch/read-state-dict.js';
export { writeStateDict } from './pytorch/write-state-dict.js';
export { type NamedTensors, readTensorFile, type TensorFile, type WeightFormat } from './read-tensors.js';
export { readTorch7, Torch7Object, Torch7Tensor } from './torch7/read-torch7.js';
export { type ImportedVocabulary, readVocabulary } from './vocabulary/read-vocabulary.js';
export type { FileRecord } from './weight-source.js';
