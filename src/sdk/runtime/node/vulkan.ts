import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';

/** What the system has of Vulkan, on which WebGPU stands on Linux. */
export interface Vulkan {
  /** Names of the installed drivers, such as `nvidia` or `vk_swiftshader`. */
  drivers: readonly string[];
  /** False where there is nothing but the processor to draw on. */
  hasGraphicsCard: boolean;
}

/** Device files of graphics cards: of the kernel's own drivers, of Nvidia's, and of Windows's under WSL. */
const CARD_FILES = /^(?:nvidia\d+|dxg)$/u;
const RENDER_FILES = /^renderD\d+$/u;

/**
 * Looks for Vulkan drivers where Vulkan's loader does. Asking first spares the reader the loader's own complaints,
 * which no setting silences.
 * @returns undefined on systems where WebGPU stands on something else (Windows, macOS).
 */
export async function findVulkan(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<Vulkan | undefined> {
  if (platform !== 'linux') {
    return undefined;
  }
  const devices = await namesIn('/dev');
  const renderers = await namesIn('/dev/dri');
  return {
    drivers: (await driverFiles(environment)).map(driverName),
    hasGraphicsCard:
      devices.some((name) => CARD_FILES.test(name)) || renderers.some((name) => RENDER_FILES.test(name)),
  };
}

async function driverFiles(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const named = environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES;
  if (named !== undefined && named !== '') {
    return named.split(delimiter).filter((file) => file !== '');
  }
  const dataHome = environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  const dataFolders = (environment.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(delimiter);
  const roots = ['/etc', dataHome, ...dataFolders];
  const found = await Promise.all(roots.map((root) => namesIn(join(root, 'vulkan', 'icd.d'))));
  return found.flat().filter((name) => name.endsWith('.json'));
}

function driverName(file: string): string {
  return basename(file, '.json').replace(/_icd(?:\.[\w-]+)?$/u, '');
}

/** Names in a folder; none if it cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
