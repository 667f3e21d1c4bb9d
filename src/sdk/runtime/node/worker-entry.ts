// The script of a worker thread; runs only where there is a parent.
import { parentPort } from 'node:worker_threads';
import { serveCalls } from '../../worker/serve-calls.js';
import { END_OF_THREAD } from './end-of-thread.js';
import { nodeDevices } from './node-devices.js';

const port = parentPort;
if (port !== null) {
  const devices = nodeDevices();
  serveCalls(
    {
      post: (message, transfer) => port.postMessage(message, [...transfer]),
      listen: (onMessage) =>
        port.on('message', (message) => {
          // Ends this thread, not the process. Read between two runs, so that no graph is in the middle of one.
          if (message === END_OF_THREAD) process.exit(0);
          onMessage(message);
        }),
    },
    ({ device }) => devices.choose(device),
  );
}
