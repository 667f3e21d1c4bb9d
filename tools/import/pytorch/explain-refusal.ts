import { WordbrushError } from '../../../src/sdk/errors.js';

/** How far into a pickle the parts of a module are looked for: its first object is the module. */
const LOOKED_AT_BYTES = 2 ** 16;
/** What every `torch.nn.Module` is made of; Torch's own tensors have none of it. */
const MODULE_PARTS = /_parameters|_modules/;
const TORCH_SCRIPT = /^__torch__\./;
const MODULES = /^torch\.nn\.(modules|parallel|utils)\./;
/** Modules of Python that a file names to run something. */
const NEVER_IN_A_CHECKPOINT =
  /^(os|posix|nt|sys|subprocess|builtins|__builtin__|shutil|socket|runpy|pty|commands|importlib|ctypes|types|operator|functools|webbrowser|code)\./;
/** Storages and functions of Torch that make what no weight of these models is. */
const OTHER_TENSORS: readonly (readonly [name: RegExp, what: string])[] = [
  [/^torch\.(cuda\.)?Complex/, 'complex numbers'],
  [/^torch\.(cuda\.)?QU?Int|_rebuild_qtensor$/, 'quantised numbers'],
  [/^torch\._utils\._rebuild_(sparse|nested)/, 'a sparse or nested tensor'],
  [/^torch\._utils\._rebuild_meta/, 'a tensor whose numbers were not saved'],
  [/^torch\._utils\._rebuild_tensor_v3$/, 'unsigned or 8-bit floating-point numbers'],
];

/**
 * Does `read`; where it refuses a name, says what that is as far as it is known, and how to get at the weights.
 * @param content the pickle.
 */
export function explainRefusal<T>(content: Uint8Array, source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WordbrushError)) throw error;
    const name = /asks for '([^']*)', which is not allowed/.exec(error.message)?.[1];
    const explanation = name === undefined ? undefined : explanationOf(name, content);
    if (explanation === undefined) throw error;
    const [what, hint] = explanation;
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `Cannot read ${source}: it ${what}, and the pickle asks for '${name}', which is not allowed: expected a state dict.`,
      { hint, cause: error, details: { source } },
    );
  }
}

function explanationOf(name: string, content: Uint8Array): readonly [what: string, hint: string] | undefined {
  const other = OTHER_TENSORS.find(([pattern]) => pattern.test(name));
  if (other !== undefined) {
    return [`holds ${other[1]}`, 'Save the weights as float32, float16, bfloat16 or float64.'];
  }
  if (TORCH_SCRIPT.test(name)) {
    return [
      'is a program of TorchScript',
      'Load it with torch.jit.load and save torch.save(model.state_dict(), "weights.pth").',
    ];
  }
  if (NEVER_IN_A_CHECKPOINT.test(name)) return undefined;
  if (MODULES.test(name) || MODULE_PARTS.test(beginOf(content))) {
    return [
      'seems to hold a whole module, saved as torch.save(model)',
      'A whole module needs the code of its classes. Load it with that code in Python and save torch.save(model.state_dict(), "weights.pth").',
    ];
  }
  return [
    'holds more than tensors and plain values',
    'Nothing in it was executed. If you trust where it comes from, load it in Python and save the weights alone: torch.save(model.state_dict(), "weights.pth").',
  ];
}

function beginOf(content: Uint8Array): string {
  const bytes = Math.min(content.length, LOOKED_AT_BYTES);
  return Buffer.from(content.buffer, content.byteOffset, bytes).toString('latin1');
}
