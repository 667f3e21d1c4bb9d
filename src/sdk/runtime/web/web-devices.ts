import { DeviceChooser } from '../device-chooser.js';
import { openWebDevice, WEB_DEVICES } from './open-device.js';

/** The devices of this page or worker, none tried out yet. */
export function webDevices(assets: URL, threads?: number): DeviceChooser {
  return new DeviceChooser(WEB_DEVICES, (device) => openWebDevice(device, assets, threads));
}
