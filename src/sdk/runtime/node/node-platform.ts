import type { Platform } from '../platform.js';
import { defaultBundleFolder } from './default-bundle.js';
import { openFolder } from './folder-bundle.js';
import { createOnnxSession } from './onnx-session.js';
import { writeWholeFile } from './write-file.js';

/** Node: bundles are folders, graphs run in onnxruntime-node on the CPU. */
export const nodePlatform: Platform = {
  device: 'cpu',
  openBundle: async (location) => openFolder(location ?? defaultBundleFolder()),
  createSession: createOnnxSession,
  writeFile: writeWholeFile,
  warn: (message) => process.emitWarning(message, 'WordbrushWarning'),
};
