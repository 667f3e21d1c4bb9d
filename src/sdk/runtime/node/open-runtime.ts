import { availableParallelism } from 'node:os';
import { WordbrushError } from '../../errors.js';
import { WorkerPool } from '../../worker/worker-pool.js';
import { DEVICE_CHOICES, type DeviceChoice } from '../device.js';
import type { DeviceChooser } from '../device-chooser.js';
import type { Runtime, RuntimeOptions } from '../platform.js';
import type { LiveThreads } from './live-threads.js';
import { startNodeWorker } from './node-worker.js';

/**
 * Opens the device asked for, on this thread or in workers, which share the processor's cores.
 * @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING, WORKER_LOST.
 */
export async function openNodeRuntime(
  devices: DeviceChooser,
  live: LiveThreads,
  options: RuntimeOptions,
): Promise<Runtime> {
  const { workers = 0, assets } = options;
  if (assets !== undefined) throw onlyInBrowsers();
  const device = options.device === 'auto' ? deviceOfEnvironment(process.env) : options.device;
  if (workers > 0) {
    const threads = Math.max(1, Math.floor(availableParallelism() / workers));
    return WorkerPool.open({ workers, device, threads, spawn: () => startNodeWorker(live) });
  }
  const { createSession, ...chosen } = await devices.choose(device);
  return {
    ...chosen,
    lanes: 1,
    notes: chosen.notes ?? [],
    createSession: (graph, sessionOptions) => createSession(graph, sessionOptions),
    dispose: async () => undefined,
  };
}

function onlyInBrowsers(): WordbrushError {
  return new WordbrushError(
    'INVALID_OPTION',
    'Expected no option assets, which is for browsers: in Node everything comes from the package.',
    { details: { option: 'assets' } },
  );
}

/** WORDBRUSH_DEVICE stands in for `auto`, so that whoever runs a program can choose what its author left open. */
function deviceOfEnvironment({ WORDBRUSH_DEVICE: name = 'auto' }: NodeJS.ProcessEnv): DeviceChoice {
  const choice = DEVICE_CHOICES.find((one) => one === name);
  if (choice === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected WORDBRUSH_DEVICE to be one of ${DEVICE_CHOICES.join(', ')}, received ${JSON.stringify(name)}.`,
      { details: { option: 'WORDBRUSH_DEVICE' } },
    );
  }
  return choice;
}
