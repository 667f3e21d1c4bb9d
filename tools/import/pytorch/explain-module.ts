import { WordbrushError } from '../../../src/sdk/errors.js';

/** How far into a file its first class is looked for. */
const LOOKED_AT_BYTES = 2 ** 16;
const NEVER_A_MODULE =
  /'(?:os|posix|nt|sys|subprocess|builtins|__builtin__|shutil|socket|runpy|pty|commands|importlib|ctypes|types|operator|functools|webbrowser|code)\./;

/**
 * Does `read`; where it refuses the class of a whole module, says how to get at its weights.
 * @param content the pickle.
 */
export function explainModule<T>(content: Uint8Array, source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WordbrushError) || !error.message.includes('which is not allowed')) throw error;
    const begin = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, LOOKED_AT_BYTES));
    const isModule = /torch\.nn|DataParallel|_reconstructor|module|Module/.test(begin.toString('latin1'));
    if (!isModule || NEVER_A_MODULE.test(error.message)) throw error;
    const reason = /asks for '([^']*)'/.exec(error.message)?.[1] ?? 'a class';
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `Cannot read ${source}: it seems to hold a whole module, saved as torch.save(model), and the pickle asks for '${reason}', which is not allowed: expected a state dict.`,
      {
        hint: 'A whole module needs the code of its classes. Load it with that code in Python and save torch.save(model.state_dict(), "weights.pth").',
        cause: error,
        details: { source },
      },
    );
  }
}
