import { access, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { neededLibraries } from './needed-libraries.js';

/** Why ONNX Runtime cannot use CUDA, and what to do about it. */
export interface CudaProblem {
  reason: string;
  hint: string;
}

const PROVIDER = 'libonnxruntime_providers_cuda.so';
/** What the provider takes of CUDA; other libraries that it needs come with the system. */
const CUDA_LIBRARY = /^lib(?:cu|nv)/u;
const SYSTEM_FOLDERS = [
  '/usr/local/cuda/lib64',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
  '/lib',
];

export interface ExplainCudaOptions {
  /** Folder of ONNX Runtime's binary. @default that of the installed onnxruntime-node */
  providerFolder?: string | undefined;
  /** Where the system's loader looks. @default LD_LIBRARY_PATH, then the usual folders */
  libraryFolders?: readonly string[];
  platform?: NodeJS.Platform;
}

/**
 * Looks for the parts of ONNX Runtime's CUDA provider: its own library, and the libraries of CUDA and cuDNN that
 * this one names, each of the version that it names. ONNX Runtime itself only says that it failed to load.
 * @returns undefined if nothing is missing, or on systems where it is not known where to look.
 */
export async function explainCuda(options: ExplainCudaOptions = {}): Promise<CudaProblem | undefined> {
  const { platform = process.platform, providerFolder = binaryFolder() } = options;
  if (platform === 'darwin') {
    return { reason: 'there is no CUDA on macOS', hint: 'Use device "webgpu" or "cpu".' };
  }
  if (platform !== 'linux' || providerFolder === undefined) {
    return undefined;
  }
  const provider = await readFile(join(providerFolder, PROVIDER)).catch(() => undefined);
  if (provider === undefined) {
    return {
      reason: `onnxruntime-node has no ${PROVIDER} in ${providerFolder}`,
      hint: 'Its install script fetches it: run `npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12`.',
    };
  }
  const folders = [providerFolder, ...(options.libraryFolders ?? loaderFolders(process.env))];
  return missingLibraries(neededLibraries(provider), folders);
}

/** Whether ONNX Runtime's CUDA provider lies beside its binary; true where only loading it tells. */
export async function hasCudaProvider(folder: string | undefined = binaryFolder()): Promise<boolean> {
  if (process.platform !== 'linux' || folder === undefined) {
    return true;
  }
  return access(join(folder, PROVIDER)).then(
    () => true,
    () => false,
  );
}

async function missingLibraries(
  needed: readonly string[],
  folders: readonly string[],
): Promise<CudaProblem | undefined> {
  const names = (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
  const present = new Set(names);
  const missing = needed.filter((name) => CUDA_LIBRARY.test(name) && !present.has(name));
  if (missing.length === 0) {
    return undefined;
  }
  const others = missing.flatMap((name) => {
    const [stem = name] = name.split('.so');
    return [...present].filter((other) => other.startsWith(`${stem}.so.`)).slice(0, 1);
  });
  const instead = others.length === 0 ? '' : `; of other versions there are ${others.join(', ')}`;
  return {
    reason: `its CUDA provider needs ${missing.join(', ')}, not found${instead}`,
    hint: 'Install that version of CUDA and cuDNN beside others, and add its folder to LD_LIBRARY_PATH.',
  };
}

function loaderFolders({ LD_LIBRARY_PATH: path = '' }: NodeJS.ProcessEnv): string[] {
  return [...path.split(':').filter((folder) => folder !== ''), ...SYSTEM_FOLDERS];
}

function binaryFolder(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve('onnxruntime-node');
    return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
  } catch {
    return undefined;
  }
}
