import { openSource } from '../../bundle/sources/open-source.js';
import type { Platform } from '../platform.js';
import { defaultBundleFolder } from './default-bundle.js';
import { openFolder } from './folder-bundle.js';
import { cacheFolder, folderCache } from './folder-cache.js';
import { LiveThreads } from './live-threads.js';
import { nodeDevices } from './node-devices.js';
import { openPath } from './open-path.js';
import { openNodeRuntime } from './open-runtime.js';
import { sharpImages } from './sharp-images.js';

/** Node: bundles come from folders, archives, servers or memory; picture files are sharp's; what a device is good for is found out once a process. */
export const nodePlatform: Platform = nodePlatformOn(nodeDevices(), new LiveThreads());

function nodePlatformOn(devices: ReturnType<typeof nodeDevices>, live: LiveThreads): Platform {
  return {
    openBundle: async (source, { purpose, signal }) =>
      source === undefined
        ? openFolder(defaultBundleFolder(purpose))
        : openSource(source, { openPath, cache: folderCache(cacheFolder(), warn) }, signal),
    openRuntime: (options) => openNodeRuntime(devices, live, options),
    images: sharpImages,
    warn,
  };
}

function warn(message: string): void {
  process.emitWarning(message, 'WordbrushWarning');
}
