import { existsSync } from 'node:fs';

/** Chromium's Vulkan driver that draws on the processor: WebGPU where there is no card. */
export const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
export const hasSwiftShader =
  existsSync(SWIFTSHADER) && existsSync('/usr/lib/x86_64-linux-gnu/libvulkan.so.1');
