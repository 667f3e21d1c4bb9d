import type { Device, OpenDevice } from '../device.js';
import { unavailable } from '../device-chooser.js';
import { createQueue } from '../one-at-a-time.js';
import { createOnnxSession } from '../onnx-session.js';
import { loadBuild, type WebRuntime } from './load-build.js';

/** What a browser can run graphs on, in the order in which `auto` tries them. */
export const WEB_DEVICES = ['webgpu', 'wasm'] as const satisfies readonly Device[];

/**
 * Loads what a device takes, without running anything on it.
 * @param assets the folder that `wordbrush copy-assets` filled.
 * @param threads of the processor to use. @default as many as ONNX Runtime finds right
 * @throws WordbrushError DEVICE_UNAVAILABLE, RUNTIME_MISSING.
 */
export async function openWebDevice(device: Device, assets: URL, threads?: number): Promise<OpenDevice> {
  return device === 'webgpu' ? openWebGpu(assets, threads) : openWasm(assets, threads);
}

async function openWebGpu(assets: URL, threads: number | undefined): Promise<OpenDevice> {
  const adapter = await requestAdapter();
  const { info } = adapter;
  const name = [info.description || info.device, info.vendor, info.architecture].filter(Boolean).join(', ');
  const drawback = info.isFallbackAdapter
    ? 'Its WebGPU draws on the processor, which wasm does faster.'
    : undefined;
  const load = once(() => loadBuild('webgpu', assets, threads));
  const queue = createQueue();
  return {
    device: 'webgpu',
    adapter: name === '' ? undefined : name,
    drawback,
    createSession: async (graph, { onProcessor = false, held } = {}) =>
      createOnnxSession(
        await load(),
        graph,
        onProcessor ? { provider: 'wasm', queue } : { provider: 'webgpu', held, queue },
      ),
  };
}

async function requestAdapter(): Promise<GPUAdapter> {
  const { gpu } = navigator as { gpu?: GPU };
  if (gpu === undefined) {
    const reason = isSecureContext
      ? 'this browser has no WebGPU'
      : 'browsers have WebGPU only on pages that are served by https';
    throw unavailable('webgpu', reason, undefined, 'Use device "auto" or "wasm".');
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw unavailable(
      'webgpu',
      'the browser gives no graphics card',
      undefined,
      'Use device "auto" or "wasm".',
    );
  }
  return adapter;
}

async function openWasm(assets: URL, threads: number | undefined): Promise<OpenDevice> {
  const runtime = await loadBuild('wasm', assets, threads);
  const queue = createQueue();
  const notes = crossOriginIsolated ? [] : [ONE_THREAD];
  return {
    device: 'wasm',
    adapter: undefined,
    notes,
    createSession: (graph) => createOnnxSession(runtime, graph, { provider: 'wasm', queue }),
  };
}

const ONE_THREAD =
  'One thread draws, for the page is not cross-origin isolated. For more, send it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';

function once(load: () => Promise<WebRuntime>): () => Promise<WebRuntime> {
  let loading: Promise<WebRuntime> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}
