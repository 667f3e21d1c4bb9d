import { DEVICES } from '../device.js';
import { DeviceChooser } from '../device-chooser.js';
import { openDevice } from './open-device.js';

/** The devices of this process or thread, none tried out yet. */
export function nodeDevices(): DeviceChooser {
  return new DeviceChooser(DEVICES, openDevice);
}
