import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Device, OpenDevice } from '../../../src/sdk/runtime/device.js';
import { DeviceChooser, unavailable } from '../../../src/sdk/runtime/device-chooser.js';
import type { GraphSession, TensorValue } from '../../../src/sdk/runtime/platform.js';
import { PROBE_OUTPUT } from '../../../src/sdk/runtime/probe-graph.js';

/** A device whose convolution gives these numbers. */
function fakeDevice(device: Device, data: Float32Array, drawback?: string): OpenDevice {
  const y: TensorValue = { data, dims: [1, 1, 4, 4] };
  const session: GraphSession = {
    inputs: [],
    outputs: [],
    run: async () => new Map([['y', y]]),
    dispose: async () => undefined,
  };
  return { device, adapter: `fake ${device}`, drawback, createSession: async () => session };
}

const working = (device: Device) => fakeDevice(device, Float32Array.from(PROBE_OUTPUT));

describe('DeviceChooser', () => {
  it('takes the first that works and tells why others were passed over', async () => {
    const chooser = new DeviceChooser(['cuda', 'webgpu', 'cpu'], async (device) => {
      if (device === 'cuda') throw unavailable('cuda', 'there is no card');
      if (device === 'webgpu') return fakeDevice(device, new Float32Array(16));
      return working(device);
    });
    const chosen = await chooser.choose('auto');
    expect(chosen.device).toBe('cpu');
    expect(chosen.adapter).toBe('fake cpu');
    expect(chosen.passedOver).toMatchObject([
      { device: 'cuda', code: 'DEVICE_UNAVAILABLE', message: expect.stringContaining('there is no card') },
      {
        device: 'webgpu',
        code: 'DEVICE_UNAVAILABLE',
        message: expect.stringContaining('a convolution gave 0'),
      },
    ]);
  });

  it('passes over a device with a drawback, but uses it when named', async () => {
    const chooser = new DeviceChooser(['webgpu', 'cpu'], async (device) =>
      device === 'webgpu' ? { ...working(device), drawback: 'It is slow.' } : working(device),
    );
    const auto = await chooser.choose('auto');
    expect(auto.device).toBe('cpu');
    expect(auto.passedOver).toEqual([
      { device: 'webgpu', code: 'DEVICE_UNAVAILABLE', message: 'It is slow.' },
    ]);
    expect((await chooser.choose('webgpu')).device).toBe('webgpu');
  });

  it('refuses a named device that does not work, and never replaces it', async () => {
    const chooser = new DeviceChooser(['cuda', 'cpu'], async (device) => {
      if (device === 'cuda') throw new Error('libcuda is broken.');
      return working(device);
    });
    await expect(chooser.choose('cuda')).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringContaining('libcuda is broken. Use'),
      details: { device: 'cuda' },
    });
  });

  it('refuses a device that is not for this runtime', async () => {
    const chooser = new DeviceChooser(['webgpu', 'wasm'], async (device) => working(device));
    await expect(chooser.choose('cuda')).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringContaining('here there are webgpu, wasm'),
    });
  });

  it('opens each device once in a process, also for calls that overlap', async () => {
    const opened: Device[] = [];
    const chooser = new DeviceChooser(['cuda', 'cpu'], async (device) => {
      opened.push(device);
      if (device === 'cuda') throw unavailable('cuda', 'no');
      return working(device);
    });
    await Promise.all([chooser.choose('auto'), chooser.choose('auto'), chooser.choose('cpu')]);
    await chooser.choose('auto');
    expect(opened).toEqual(['cuda', 'cpu']);
  });

  it('says of each device why, when none works', async () => {
    const chooser = new DeviceChooser(['cpu', 'wasm'], async (device) => {
      throw new WordbrushError('RUNTIME_MISSING', `Nothing installed for ${device}.`);
    });
    await expect(chooser.choose('auto')).rejects.toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringMatching(/Nothing installed for cpu\..*Nothing installed for wasm\./u),
    });
  });

  it('counts NaN as wrong', async () => {
    const chooser = new DeviceChooser(['cpu'], async (device) =>
      fakeDevice(device, new Float32Array(16).fill(Number.NaN)),
    );
    await expect(chooser.choose('cpu')).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' });
  });
});
