import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { buildBinding, buildEnvironment } from './build.js';
import { packageDownload } from './download.js';
import { findLibrary } from './find-library.js';
import { linkLibrary } from './link.js';
import { missingPiece } from './missing-piece.js';
import { readRecord, type SetupRecord, writeRecord } from './setup-record.js';
import type {
  LibraryKind,
  LibrarySource,
  SetupContext,
  SetupEvent,
  TensorFlowLibrary,
} from './setup-types.js';
import { withStagedPackage } from './staged-package.js';
import { type Verified, verifyTraining } from './verify.js';
import { TENSORFLOW_VERSION, wheelFolder, wheelLibrary } from './wheel.js';

export interface SetupTrainingOptions {
  /** @default what is there, else 'cpu' */
  library?: LibraryKind;
  /**
   * `'download'`: the package's own installer. `'wheel'`: the wheel on PyPI. Anything else: a folder that holds
   * the library. @default what is there, else download, else wheel
   */
  from?: 'wheel' | 'download' | (string & {});
  onEvent?: (event: SetupEvent) => void;
  /** The folder of `@tensorflow/tfjs-node-gpu`. @default where Node.js finds it */
  packageFolder?: string;
  /** @default `$XDG_CACHE_HOME/wordbrush`, else `~/.cache/wordbrush` */
  cacheFolder?: string;
  /** @default process.env */
  env?: NodeJS.ProcessEnv;
}

export interface SetupResult extends Verified {
  /** False if everything was in place before. */
  changed: boolean;
  /** Undefined where something else than this setup put the library in place. */
  source: LibrarySource | undefined;
  packageFolder: string;
}

/**
 * Puts a TensorFlow library behind `@tensorflow/tfjs-node-gpu` and trains one step with it. Does nothing if that
 * works already and fits the options. A package that worked stays as it is until its successor works too.
 * @throws {WordbrushError} `SETUP_FAILED` naming the missing piece and the command that mends it.
 */
export async function setupTraining(options: SetupTrainingOptions = {}): Promise<SetupResult> {
  const env = options.env ?? process.env;
  const setup: SetupContext = {
    packageFolder: resolve(options.packageFolder ?? findPackage()),
    cacheFolder: options.cacheFolder ?? defaultCacheFolder(env),
    env,
    onEvent: options.onEvent ?? (() => undefined),
  };
  try {
    return (await whatIsThere(setup, options)) ?? (await install(setup, options));
  } catch (error) {
    throw error instanceof WordbrushError ? error : fileFailure(error);
  }
}

function findPackage(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
  } catch (cause) {
    throw missingPiece('package', cause);
  }
}

function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wordbrush');
}

/** The result if the package works as it is and is what the options ask for. */
async function whatIsThere(
  setup: SetupContext,
  options: SetupTrainingOptions,
): Promise<SetupResult | undefined> {
  const { packageFolder, env } = setup;
  const record = await readRecord(packageFolder);
  if (!existsSync(join(packageFolder, 'lib')) || !fits(record, options)) return undefined;
  try {
    const verified = await verifyTraining(packageFolder, env);
    return { ...verified, changed: false, source: record?.source, packageFolder };
  } catch {
    setup.onEvent({ type: 'step', message: 'The TensorFlow library in place does not work; replacing it' });
    return undefined;
  }
}

function fits(record: SetupRecord | undefined, { library, from }: SetupTrainingOptions): boolean {
  if (library !== undefined && record?.library !== library) return false;
  switch (from) {
    case undefined:
      return true;
    case 'download':
      return record?.source === 'download';
    case 'wheel':
      return record?.source === 'wheel' && record.version === TENSORFLOW_VERSION;
    default:
      return record?.source === 'directory' && record.folder === resolve(from);
  }
}

async function install(setup: SetupContext, options: SetupTrainingOptions): Promise<SetupResult> {
  const { library: kind = 'cpu', from } = options;
  if (from === 'download') return installDownload(setup, kind);
  if (from === 'wheel') return installWheel(setup, kind);
  if (from !== undefined) {
    return installLibrary(setup, kind, 'directory', () => Promise.resolve(findLibrary(from)));
  }
  if (existsSync(wheelFolder(setup.cacheFolder, kind))) return installWheel(setup, kind);
  try {
    return await installDownload(setup, kind);
  } catch (error) {
    setup.onEvent({ type: 'step', message: `${withoutHint(error)} Taking the wheel on PyPI instead` });
    return installWheel(setup, kind);
  }
}

function withoutHint(error: unknown): string {
  if (!(error instanceof WordbrushError)) return `${reasonOf(error)}.`;
  return error.hint === undefined ? error.message : error.message.replace(` ${error.hint}`, '');
}

function installDownload(setup: SetupContext, kind: LibraryKind): Promise<SetupResult> {
  setup.onEvent({ type: 'step', message: "Trying the package's own download of TensorFlow" });
  return withStagedPackage(setup.packageFolder, async (staged) => {
    await packageDownload(staged, kind, setup);
    return finish(setup, staged, { library: kind, source: 'download' });
  });
}

function installWheel(setup: SetupContext, kind: LibraryKind): Promise<SetupResult> {
  return installLibrary(setup, kind, 'wheel', () => wheelLibrary(setup, kind));
}

async function installLibrary(
  setup: SetupContext,
  kind: LibraryKind,
  source: LibrarySource,
  provide: () => Promise<TensorFlowLibrary>,
): Promise<SetupResult> {
  if (process.platform !== 'linux') throw missingPiece('platform');
  // Before a long download, so that a missing compiler shows at once.
  const env = await buildEnvironment(setup.env);
  const library = await provide();
  setup.onEvent({ type: 'step', message: `Building the binding on ${library.folder}` });
  return withStagedPackage(setup.packageFolder, async (staged) => {
    await linkLibrary(staged, library);
    await buildBinding(staged, env);
    return finish(setup, staged, { library: kind, source, folder: library.folder });
  });
}

async function finish(
  setup: SetupContext,
  staged: string,
  record: Omit<SetupRecord, 'version'>,
): Promise<SetupResult> {
  setup.onEvent({ type: 'step', message: 'Training one step with it' });
  const verified = await verifyTraining(staged, setup.env);
  if (record.library === 'gpu' && !verified.gpu) {
    setup.onEvent({
      type: 'step',
      message: 'TensorFlow finds no usable GPU here; it will train on the processor',
    });
  }
  await writeRecord(staged, { ...record, version: verified.version });
  return { ...verified, changed: true, source: record.source, packageFolder: setup.packageFolder };
}

function fileFailure(error: unknown): WordbrushError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return missingPiece('disk', error);
  const hint =
    code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
      ? 'Run `wordbrush setup training` as the user who owns that folder.'
      : 'Run `wordbrush setup training` again; if it stays so, remove the cache folder of wordbrush first.';
  return new WordbrushError('SETUP_FAILED', `Could not set up the TensorFlow library: ${reasonOf(error)}.`, {
    hint,
    cause: error,
  });
}
