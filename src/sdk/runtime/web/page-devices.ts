import type { DeviceChooser } from '../device-chooser.js';
import type { Runtime, RuntimeOptions } from '../platform.js';
import { openWebRuntime } from './open-runtime.js';
import { webDevices } from './web-devices.js';

/** The devices of a page for each folder of assets; what each is good for is found out once. */
export interface PageDevices {
  /** @throws WordbrushError as openWebRuntime does. */
  open(assets: URL, options: RuntimeOptions): Promise<Runtime>;
}

export function createPageDevices(): PageDevices {
  const byAssets = new Map<string, DeviceChooser>();
  return {
    open(assets, options) {
      const devices = byAssets.get(assets.href) ?? webDevices(assets);
      byAssets.set(assets.href, devices);
      return openWebRuntime(devices, assets, options);
    },
  };
}
