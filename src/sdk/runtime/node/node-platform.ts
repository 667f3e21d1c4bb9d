import type { Platform } from '../platform.js';
import { defaultBundleFolder } from './default-bundle.js';
import { openFolder } from './folder-bundle.js';
import { nodeDevices } from './node-devices.js';
import { openNodeRuntime } from './open-runtime.js';
import { sharpImages } from './sharp-images.js';

/** Node: bundles are folders, picture files are sharp's; what a device is good for is found out once a process. */
export const nodePlatform: Platform = nodePlatformOn(nodeDevices());

function nodePlatformOn(devices: ReturnType<typeof nodeDevices>): Platform {
  return {
    openBundle: async (location) => openFolder(location ?? defaultBundleFolder()),
    openRuntime: (options) => openNodeRuntime(devices, options),
    images: sharpImages,
    warn: (message) => process.emitWarning(message, 'WordbrushWarning'),
  };
}
