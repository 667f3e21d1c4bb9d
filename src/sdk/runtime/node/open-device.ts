import { cpus } from 'node:os';
import { reasonOf, type WordbrushError } from '../../errors.js';
import type { Device, OpenDevice } from '../device.js';
import { unavailable } from '../device-chooser.js';
import type { SessionOptions } from '../graph-session.js';
import { createOnnxSession, type OnnxRuntime } from '../onnx-session.js';
import { cudaCards } from './cuda/cuda-cards.js';
import { explainCuda, hasCudaProvider } from './cuda/explain-cuda.js';
import { loadRuntime } from './load-runtime.js';
import { loadWebRuntime } from './load-web-runtime.js';
import { findVulkan } from './vulkan.js';

/**
 * Loads what a device takes, without running anything on it.
 * @throws WordbrushError RUNTIME_MISSING, DEVICE_UNAVAILABLE.
 */
export async function openDevice(device: Device): Promise<OpenDevice> {
  switch (device) {
    case 'cuda':
      return openCuda();
    case 'webgpu':
      return openWebGpu();
    case 'cpu':
      return { device, adapter: processor(), createSession: sessionsOn(await loadRuntime(), 'cpu') };
    case 'wasm':
      return openWasm();
  }
}

async function openCuda(): Promise<OpenDevice> {
  const runtime = await loadRuntime();
  if (!(await hasCudaProvider())) {
    throw await cudaUnavailable('its provider is missing');
  }
  const createSession = sessionsOn(runtime, 'cuda');
  return {
    device: 'cuda',
    adapter: (await cudaCards())[0],
    createSession: async (graph, options) => {
      try {
        return await createSession(graph, options);
      } catch (error) {
        if (!isRefusal(error)) {
          throw error;
        }
        throw await cudaUnavailable(withoutSourcePlace(reasonOf(error)), error);
      }
    },
  };
}

async function cudaUnavailable(reason: string, cause?: unknown): Promise<WordbrushError> {
  const problem = await explainCuda();
  return unavailable('cuda', problem?.reason ?? reason, cause, problem?.hint);
}

async function openWebGpu(): Promise<OpenDevice> {
  const runtime = await loadRuntime();
  const vulkan = await findVulkan();
  if (vulkan?.drivers.length === 0) {
    throw unavailable(
      'webgpu',
      'there is no Vulkan driver',
      undefined,
      'Install the driver of your graphics card.',
    );
  }
  const createSession = sessionsOn(runtime, 'webgpu');
  return {
    device: 'webgpu',
    adapter: vulkan?.drivers.join(', '),
    drawback:
      vulkan?.hasGraphicsCard === false
        ? 'Its Vulkan driver draws on the processor, which cpu does faster.'
        : undefined,
    createSession: async (graph, options) => {
      try {
        return await createSession(graph, options);
      } catch (error) {
        throw isRefusal(error) ? unavailable('webgpu', withoutSourcePlace(reasonOf(error)), error) : error;
      }
    },
  };
}

async function openWasm(): Promise<OpenDevice> {
  const runtime = await loadWebRuntime();
  return { device: 'wasm', adapter: processor(), createSession: sessionsOn(runtime, 'wasm') };
}

function sessionsOn(runtime: OnnxRuntime, provider: Device): OpenDevice['createSession'] {
  return (graph, { threads, onProcessor = false, held }: SessionOptions = {}) => {
    if (provider !== 'webgpu') return createOnnxSession(runtime, graph, { provider, threads });
    return createOnnxSession(
      runtime,
      graph,
      onProcessor ? { provider: 'cpu', threads } : { provider, threads, held },
    );
  };
}

/** Whether ONNX Runtime speaks of the device and not of the graph. */
function isRefusal(error: unknown): boolean {
  return /ExecutionProvider|adapter|CUDA failure|CUDNN/u.test(reasonOf(error));
}

/** Leaves out the source file, line and function with which ONNX Runtime's checks begin. */
function withoutSourcePlace(reason: string): string {
  return reason.replace(/^\S+\.(?:cc|h):\d+ .* was false\. /u, '');
}

function processor(): string | undefined {
  return cpus()[0]?.model.trim();
}
