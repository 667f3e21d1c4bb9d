import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../../../../src/sdk/runtime/node/open-device.js';
import { findVulkan } from '../../../../src/sdk/runtime/node/vulkan.js';
import { probeDevice } from '../../../../src/sdk/runtime/probe-device.js';
import { builtPackage } from '../../../built-package.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { hasSwiftShader, SWIFTSHADER } from '../../swiftshader.js';

describe('openDevice', () => {
  it.each(['cpu', 'wasm'] as const)('%s runs the probe', async (device) => {
    const opened = await openDevice(device);
    await probeDevice(opened);
    expect(opened).toMatchObject({ device });
    expect(opened.drawback).toBeUndefined();
    expect(opened.adapter).not.toBe('');
  });

  it.skipIf(existsSync('/dev/nvidia0'))(
    'cuda is refused with what to do, where there is no card',
    async () => {
      const opening = openDevice('cuda').then(probeDevice);
      await expect(opening).rejects.toMatchObject({
        code: 'DEVICE_UNAVAILABLE',
        message: expect.stringContaining('libonnxruntime_providers_cuda.so'),
        hint: expect.stringContaining('cuda12'),
      });
    },
  );

  it.skipIf(!hasSwiftShader)(
    'webgpu runs the probe (needs libvulkan1 and Chromium for its SwiftShader driver)',
    async () => {
      const runtime = join(await builtPackage(), 'dist/src/sdk/runtime');
      const script = `
        import { openDevice } from ${JSON.stringify(join(runtime, 'node/open-device.js'))};
        import { probeDevice } from ${JSON.stringify(join(runtime, 'probe-device.js'))};
        const opened = await openDevice('webgpu');
        await probeDevice(opened);
        console.log(JSON.stringify([opened.adapter, opened.drawback ?? null]));`;
      const args = ['--input-type=module', '--eval', script];
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        env: { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER },
      });
      const [adapter, drawback] = JSON.parse(stdout);
      expect(adapter).toBe('vk_swiftshader');
      const hasCard = existsSync('/dev/dri') || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
      if (!hasCard) expect(drawback).toContain('draws on the processor');
    },
  );
});

describe('findVulkan', () => {
  it('finds drivers where the loader looks', async () => {
    const data = temporaryFolder({
      'vulkan/icd.d/nvidia_icd.json': '{}',
      'vulkan/icd.d/lvp_icd.x86_64.json': '{}',
      'vulkan/icd.d/notes.txt': '',
    });
    const environment = { XDG_DATA_DIRS: data, XDG_DATA_HOME: join(data, 'nowhere') };
    const drivers = (await findVulkan(environment, 'linux'))?.drivers;
    expect(drivers).toEqual(expect.arrayContaining(['nvidia', 'lvp']));
    expect(drivers).not.toContain('notes.txt');
  });

  it('takes those that the environment names instead', async () => {
    expect((await findVulkan({ VK_ICD_FILENAMES: SWIFTSHADER }, 'linux'))?.drivers).toEqual([
      'vk_swiftshader',
    ]);
  });

  it('says nothing of systems without Vulkan', async () => {
    expect(await findVulkan({}, 'darwin')).toBeUndefined();
  });
});
