#!/usr/bin/env node
import { createRequire } from 'node:module';
import { defineCommand, runCommand, runMain } from 'citty';
import { WordbrushError } from '../sdk/errors.js';
import { reportError } from './report-error.js';

/** Each command is loaded when it is asked for: drawing must not wait for TensorFlow.js. */
const mainCommand = defineCommand({
  meta: { name: 'wordbrush', version: packageVersion(), description: 'Text to image: draw, train, export' },
  subCommands: {
    generate: () => import('./commands/generate.js').then((module) => module.generateCommand),
    train: () => import('./commands/train.js').then((module) => module.trainCommand),
    export: () => import('./commands/export.js').then((module) => module.exportCommand),
    data: () => import('./commands/data.js').then((module) => module.dataCommand),
    setup: () => import('./commands/setup.js').then((module) => module.setupCommand),
  },
});

const args = process.argv.slice(2);
const asksForHelp = args.length === 0 || ['--help', '-h', '--version'].some((flag) => args.includes(flag));
if (asksForHelp) {
  await runMain(mainCommand, { rawArgs: args.length === 0 ? ['--help'] : args });
} else {
  // runMain would print errors its own way.
  await runCommand(mainCommand, { rawArgs: args }).catch((error: unknown) => {
    reportError(isUsageError(error) ? usageError(error) : error);
  });
}

/** citty's own complaints about arguments; it does not export their class. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'CLIError';
}

function usageError(error: Error): WordbrushError {
  const hint = 'Add --help for what the command takes.';
  return new WordbrushError('INVALID_OPTION', `${error.message}.`.replace(/\.\.$/, '.'), { hint });
}

function packageVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('wordbrush/package.json');
  return manifest.version;
}
