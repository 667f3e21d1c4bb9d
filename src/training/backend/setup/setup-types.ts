/** Which TensorFlow library: for the processor alone, or with CUDA. */
export type LibraryKind = 'cpu' | 'gpu';

/** Where the library now behind the binding came from. */
export type LibrarySource = 'download' | 'wheel' | 'directory';

export type SetupEvent =
  | { type: 'step'; message: string }
  | {
      type: 'progress';
      message: string;
      doneBytes: number;
      /** Missing while the whole size is not known. */
      totalBytes?: number;
    };

/** What every step of the setup works with. */
export interface SetupContext {
  /** The folder of `@tensorflow/tfjs-node-gpu`. */
  packageFolder: string;
  /** Libraries are kept here, in a folder for each version and kind, so that other projects find them. */
  cacheFolder: string;
  env: NodeJS.ProcessEnv;
  onEvent: (event: SetupEvent) => void;
}

/** The parts of a TensorFlow C library on disk, as absolute paths. */
export interface TensorFlowLibrary {
  folder: string;
  /** `libtensorflow_cc.so.2` or `libtensorflow.so`, with the C API in it. */
  library: string;
  framework: string;
  /** Holds `tensorflow/c/c_api.h`. */
  include: string;
  /** The folder `nvidia` with the CUDA libraries, for a library that was built with CUDA. */
  nvidia?: string;
}
