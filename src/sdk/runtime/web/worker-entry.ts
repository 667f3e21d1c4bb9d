// The script of a worker; it lies in the folder of assets, beside ONNX Runtime.
import { serveCalls } from '../../worker/serve-calls.js';
import { SCRIPTS_FOLDER } from './asset-folder.js';
import { webDevices } from './web-devices.js';

const script = new URL(import.meta.url);
const assets = new URL(script.href.slice(0, script.href.lastIndexOf(SCRIPTS_FOLDER)));
// Only a worker has no window; on a page this would take the messages of others.
if (typeof window === 'undefined') {
  serveCalls(
    {
      post: (message, transfer) => self.postMessage(message, { transfer: [...transfer] }),
      listen: (onMessage) => self.addEventListener('message', ({ data }) => onMessage(data)),
    },
    ({ device, threads }) => webDevices(assets, threads).choose(device),
  );
}
