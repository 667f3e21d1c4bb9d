import { parseArgs } from 'node:util';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';
import { caseLines, summaryLine, tableHead } from './report.js';
import { type CaseResult, type ParityBackend, runParity } from './run-parity.js';

const USAGE = 'npm run parity -- FOLDER [--case NAME] [--backend native|cpu] [--json]';

/**
 * `npm run parity`: prints a line a case, or all numbers as JSON.
 * @param args what follows the command's name.
 * @param print takes one line.
 * @returns exit code: 1 if a case failed, or if none is known.
 * @throws {WordbrushError} `INVALID_OPTION`, and what {@link runParity} throws.
 */
export async function parityCommand(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { folder, caseName, backend, json } = parseCommandLine(args);
  let isFirst = true;
  const show = (result: CaseResult) => {
    for (const line of [...(isFirst ? tableHead() : []), ...caseLines(result)]) print(line);
    isFirst = false;
  };
  const results = await runParity({
    folder,
    ...(caseName !== undefined && { caseName }),
    ...(backend !== undefined && { backend }),
    ...(!json && { onResult: show }),
  });
  print(json ? JSON.stringify(results.map(finiteOnly), null, 2) : summaryLine(results));
  const count = (status: CaseResult['status']) => results.filter((each) => each.status === status).length;
  const nothingKnown = count('passed') === 0 && count('unknown') > 0;
  return count('failed') > 0 || nothingKnown ? 1 : 0;
}

interface CommandLine {
  folder: string;
  caseName: string | undefined;
  backend: ParityBackend | undefined;
  json: boolean;
}

function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args);
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) {
    throw usageError(`Expected one folder of oracles, received ${positionals.length}.`);
  }
  const { backend } = values;
  if (backend !== undefined && backend !== 'native' && backend !== 'cpu') {
    throw usageError(`Expected --backend: native or cpu, received ${backend}.`);
  }
  return { folder, caseName: values.case, backend, json: values.json ?? false };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        case: { type: 'string' },
        backend: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw usageError(`${reasonOf(cause)}.`, cause);
  }
}

function usageError(message: string, cause?: unknown): WordbrushError {
  return new WordbrushError('INVALID_OPTION', message, { hint: `Usage: ${USAGE}`, cause });
}

/** JSON has no NaN and no infinity; as words they are not lost. */
function finiteOnly(result: CaseResult): unknown {
  const word = (value: number) => (Number.isFinite(value) ? value : String(value));
  return {
    ...result,
    comparisons: result.comparisons.map((each) => ({
      ...each,
      absolute: word(each.absolute),
      relative: word(each.relative),
    })),
  };
}
