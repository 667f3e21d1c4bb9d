// The script of a worker thread; runs only where there is a parent.
import { parentPort, workerData } from 'node:worker_threads';
import { serveCalls } from '../../worker/serve-calls.js';
import { END_OF_THREAD } from './end-of-thread.js';
import { Occupancy } from './live-threads.js';
import { nodeDevices } from './node-devices.js';

const port = parentPort;
if (port !== null) {
  const occupancy = new Occupancy(workerData);
  const devices = nodeDevices();
  serveCalls(
    {
      post: (message, transfer) => {
        port.postMessage(message, [...transfer]);
        occupancy.leave();
      },
      listen: (onMessage) =>
        port.on('message', (message) => {
          // Ends this thread, not the process. Read between two runs, so that no graph is in the middle of one.
          if (message === END_OF_THREAD) process.exit(0);
          if (occupancy.enter()) onMessage(message);
        }),
    },
    ({ device }) => devices.choose(device),
  );
}
