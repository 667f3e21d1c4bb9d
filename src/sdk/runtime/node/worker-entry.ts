// The script of a worker thread; runs only where there is a parent.
import { parentPort } from 'node:worker_threads';
import { serveCalls } from '../../worker/serve-calls.js';
import { nodeDevices } from './node-devices.js';

const port = parentPort;
if (port !== null) {
  const devices = nodeDevices();
  serveCalls(
    {
      post: (message, transfer) => port.postMessage(message, [...transfer]),
      listen: (onMessage) => port.on('message', onMessage),
    },
    ({ device }) => devices.choose(device),
  );
}
