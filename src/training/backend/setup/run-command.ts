import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How much of the end of a command's output is kept. */
const KEPT_CHARACTERS = 20_000;

export interface RunCommandOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Kills the command when aborted. */
  signal?: AbortSignal;
  /** Each line of standard output and standard error, as it comes. */
  onLine?: (line: string) => void;
}

export interface CommandResult {
  /** 0 is success; -1: the command could not be started, or was killed. */
  exitCode: number;
  /** The end of standard output. */
  stdout: string;
  /** The end of standard output and standard error together, or why the command could not be started. */
  output: string;
}

/** Runs a command to its end with no input. Does not throw: a failure is in the result. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<CommandResult> {
  const { onLine, ...spawnOptions } = options;
  return new Promise((resolve) => {
    let stdout = '';
    let output = '';
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: string, line: string) => `${text}${line}\n`.slice(-KEPT_CHARACTERS);
    createInterface(child.stdout).on('line', (line) => {
      stdout = keep(stdout, line);
      output = keep(output, line);
      onLine?.(line);
    });
    createInterface(child.stderr).on('line', (line) => {
      output = keep(output, line);
      onLine?.(line);
    });
    child.on('error', (error) => {
      output = keep(output, error.message);
    });
    child.on('close', (code) => resolve({ exitCode: code ?? -1, stdout, output }));
  });
}
