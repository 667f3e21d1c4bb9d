import { reasonOf, WordbrushError } from '../../errors.js';
import { WorkerPool } from '../../worker/worker-pool.js';
import type { DeviceChooser } from '../device-chooser.js';
import type { Runtime, RuntimeOptions } from '../platform.js';
import { WORKER_SCRIPT } from './asset-folder.js';
import { withFallback } from './fallback-runtime.js';
import { checkScript } from './fetch-asset.js';
import { startWebWorker } from './web-worker.js';

/**
 * Opens the device asked for in workers, which share the processor's cores, or on the page itself. Unless the caller
 * said how many, there is one worker, and none where none starts; `notes` then say why.
 * @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING, WORKER_LOST.
 */
export async function openWebRuntime(
  pageDevices: DeviceChooser,
  assets: URL,
  options: RuntimeOptions,
): Promise<Runtime> {
  const runtime = await openOnce(pageDevices, assets, options);
  // A device that was named is not replaced.
  return options.device === 'auto' && runtime.device === 'webgpu'
    ? withFallback(runtime, () => {
        pageDevices.forget('webgpu');
        return openOnce(pageDevices, assets, { ...options, device: 'wasm' });
      })
    : runtime;
}

async function openOnce(pageDevices: DeviceChooser, assets: URL, options: RuntimeOptions): Promise<Runtime> {
  const { device, workers } = options;
  if (workers === 0) return openOnPage(pageDevices, options, []);
  try {
    const script = new URL(WORKER_SCRIPT, assets);
    await checkScript(script);
    const threads = workers === undefined || workers === 1 ? undefined : threadsOfEach(workers);
    return await WorkerPool.open({ workers: workers ?? 1, device, threads, spawn: () => spawn(script) });
  } catch (error) {
    const isLost = error instanceof WordbrushError && error.code === 'WORKER_LOST';
    if (workers !== undefined || !isLost) throw error;
    return openOnPage(pageDevices, options, [
      `The page itself draws, and cannot be used meanwhile, for no worker starts. ${reasonOf(error)}.`,
    ]);
  }
}

function spawn(script: URL): ReturnType<typeof startWebWorker> {
  try {
    return startWebWorker(script);
  } catch (error) {
    throw new WordbrushError('WORKER_LOST', `Expected a worker to start: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

async function openOnPage(
  devices: DeviceChooser,
  options: RuntimeOptions,
  notes: string[],
): Promise<Runtime> {
  const { createSession, ...chosen } = await devices.choose(options.device);
  return {
    ...chosen,
    lanes: 1,
    notes: [...notes, ...(chosen.notes ?? [])],
    createSession: (graph, sessionOptions) => createSession(graph, sessionOptions),
    dispose: async () => undefined,
  };
}

function threadsOfEach(workers: number): number {
  return crossOriginIsolated ? Math.max(1, Math.floor(navigator.hardwareConcurrency / workers)) : 1;
}
