#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { type CommandDef, defineCommand, runCommand, showUsage } from 'citty';
import { WordbrushError } from '../sdk/errors.js';
import { reportError } from './report-error.js';

/** Loaded when asked for: `generate` must not wait for TensorFlow.js. */
const subCommands = {
  generate: () => import('./commands/generate.js').then((module) => module.generateCommand),
  train: () => import('./commands/train.js').then((module) => module.trainCommand),
  export: () => import('./commands/export.js').then((module) => module.exportCommand),
  data: () => import('./commands/data.js').then((module) => module.dataCommand),
  setup: () => import('./commands/setup.js').then((module) => module.setupCommand),
};

const mainCommand = defineCommand({
  meta: { name: 'wordbrush', description: 'Text to image: draw, train, export' },
  subCommands,
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  reportError(isUsageError(error) ? new WordbrushError('INVALID_OPTION', error.message) : error);
}

async function main(args: string[]): Promise<void> {
  const [first, ...rest] = args;
  if (first === '--version') {
    console.log(await packageVersion());
    return;
  }
  if (first === undefined || first === '--help' || first === '-h') {
    await showUsage(mainCommand);
    return;
  }
  const load = Object.entries(subCommands).find(([name]) => name === first)?.[1];
  if (load === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected a command: ${Object.keys(subCommands).join(', ')}; received ${first}.`,
      { hint: 'wordbrush --help lists them.' },
    );
  }
  const command: CommandDef = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    await showHelp(command, first, rest);
    return;
  }
  await runCommand(command, { rawArgs: rest });
}

async function showHelp(command: CommandDef, name: string, args: string[]): Promise<void> {
  const children = await resolved(command.subCommands);
  const child = children === undefined ? undefined : await resolved(children[args[0] ?? '']);
  if (child === undefined) await showUsage(command, mainCommand);
  else await showUsage(child, defineCommand({ meta: { name: `wordbrush ${name}` } }));
}

/** citty lets a part of a command be a value, a promise, or a function of either. */
async function resolved<T>(part: T | Promise<T> | (() => T | Promise<T>) | undefined): Promise<T | undefined> {
  return typeof part === 'function' ? (part as () => T | Promise<T>)() : part;
}

/** citty's own complaints about arguments; it does not export their class. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'CLIError';
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
