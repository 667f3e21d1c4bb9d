import { WordbrushError } from '../../../sdk/errors.js';

const AGAIN = 'then run `wordbrush setup training` again.';
const WITHOUT_NETWORK =
  'or unpack the tensorflow-cpu wheel elsewhere and name its folder: `wordbrush setup training --from DIR`.';

/** What a setup can lack: what was expected, and the command that mends it (for Debian and its kin). */
const PIECES = {
  package: {
    message: 'Expected the package @tensorflow/tfjs-node-gpu, found none.',
    hint: `Run \`npm install --save-dev --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0\`, ${AGAIN}`,
  },
  python: {
    message: 'Expected Python 3 on the PATH, found no python3.',
    hint: `Run \`sudo apt-get install python3 python3-pip\`, ${AGAIN}`,
  },
  pip: {
    message: 'Expected Python with pip, to fetch the TensorFlow wheel; this python3 has no pip.',
    hint: `Run \`sudo apt-get install python3-pip\`, ${AGAIN}`,
  },
  compiler: {
    message: 'Expected a C++ compiler on the PATH, found none of g++, c++, clang++.',
    hint: `Run \`sudo apt-get install g++ make\`, ${AGAIN}`,
  },
  make: {
    message: 'Expected make on the PATH, found none.',
    hint: `Run \`sudo apt-get install make\`, ${AGAIN}`,
  },
  headers: {
    message: 'Expected the headers of Node.js (node_api.h) beside Node.js or from its site, got neither.',
    hint: 'Run `npm_config_nodedir=PREFIX wordbrush setup training`, where PREFIX/include/node holds them (the archives of nodejs.org bring them).',
  },
  gyp: {
    message: 'Expected node-gyp, which npm brings, found none.',
    hint: 'Run `npx wordbrush setup training`, so that npm says where its own is.',
  },
  network: {
    message: 'Expected to reach the package index of pip, got no connection.',
    hint: `Check the network, or set PIP_INDEX_URL to a mirror, ${AGAIN.replace(/\.$/, ';')} ${WITHOUT_NETWORK}`,
  },
  wheel: {
    message: 'Expected the package index of pip to have the TensorFlow wheel for this machine, it has none.',
    hint: `Check \`pip config list\` for an index that lacks it, ${AGAIN.replace(/\.$/, ';')} ${WITHOUT_NETWORK}`,
  },
  disk: {
    message: 'Expected room on the disk for the TensorFlow library (2 GB, with CUDA 8 GB), got too little.',
    hint: `Free some, or set XDG_CACHE_HOME to a folder on a larger disk, ${AGAIN}`,
  },
  platform: {
    message: 'Expected Linux on x64 or arm64 for a library of a wheel or a folder.',
    hint: 'Run `wordbrush setup training --from download`, or train with `--backend cpu`.',
  },
} as const;

export type MissingPiece = keyof typeof PIECES;

/** A `SETUP_FAILED` that names the missing piece, also in `details.piece`, and the command that mends it. */
export function missingPiece(piece: MissingPiece, cause?: unknown): WordbrushError {
  const { message, hint } = PIECES[piece];
  return new WordbrushError('SETUP_FAILED', message, { hint, cause, details: { piece } });
}

/** What the output of pip, node-gyp or the compiler says of a missing piece; the first that fits. */
const SYMPTOMS: readonly (readonly [RegExp, MissingPiece])[] = [
  [/No space left on device|ENOSPC/, 'disk'],
  [/No module named '?pip/, 'pip'],
  [/connection broken by|ConnectTimeout|ReadTimeout|ProxyError|SSLError|NameResolutionError/, 'network'],
  [/No matching distribution found/, 'wheel'],
  [/Could not find any Python/, 'python'],
  [/Failed to execute 'node-gyp/, 'gyp'],
  [/node_api\.h: No such file|related to network connectivity/, 'headers'],
  [/not found: make|make: not found|spawn make ENOENT/, 'make'],
  [/(g\+\+|c\+\+): (command )?not found|(g\+\+|c\+\+): No such file/, 'compiler'],
];

/** The error for a command that failed: the missing piece if its output tells, else its last lines. */
export function commandFailure(what: string, output: string): WordbrushError {
  const symptom = SYMPTOMS.find(([pattern]) => pattern.test(output));
  const cause = new Error(output.trim());
  if (symptom !== undefined) return missingPiece(symptom[1], cause);
  const lastLines = output.trim().split('\n').slice(-12).join('\n');
  return new WordbrushError('SETUP_FAILED', `${what} failed:\n${lastLines}`, {
    hint: 'Mend what the lines above say, then run `wordbrush setup training` again.',
    cause,
  });
}
