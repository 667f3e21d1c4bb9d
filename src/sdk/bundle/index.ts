export { describeFile } from './describe-file.js';
export {
  type FileDescription,
  FORMAT_VERSION,
  type Manifest,
  manifestSchema,
  type StageDescription,
} from './manifest.js';
export { PREVIOUS_IMAGE, parseManifest } from './parse-manifest.js';
export { type Bundle, MANIFEST_FILE, readBundle } from './read-bundle.js';
