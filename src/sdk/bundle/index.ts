export { describeFile } from './describe-file.js';
export { GRAPH_VALUES, PREVIOUS_IMAGE } from './find-contradiction.js';
export {
  type FileDescription,
  FORMAT_VERSION,
  type ImageEncoderDescription,
  type Manifest,
  type MatcherDescription,
  manifestSchema,
  type StageDescription,
  type TextEncoderDescription,
  type TokenizerDescription,
} from './manifest.js';
export { parseManifest } from './parse-manifest.js';
export {
  type Bundle,
  type BundlePurpose,
  MANIFEST_FILE,
  openBundle,
  type VerifiedFiles,
} from './read-bundle.js';
