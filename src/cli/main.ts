#!/usr/bin/env node
import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import { defineCommand, runCommand, runMain } from 'citty';
import { WordbrushError } from '../sdk/errors.js';
import { reportError } from './report-error.js';

/** Each command is loaded when it is asked for: drawing must not wait for TensorFlow.js. */
const mainCommand = defineCommand({
  meta: { name: 'wordbrush', version: packageVersion(), description: 'Text to image: draw, train, export' },
  subCommands: {
    generate: () => import('./commands/generate.js').then((module) => module.generateCommand),
    interpolate: () => import('./commands/interpolate.js').then((module) => module.interpolateCommand),
    score: () => import('./commands/score.js').then((module) => module.scoreCommand),
    rank: () => import('./commands/rank.js').then((module) => module.rankCommand),
    models: () => import('./commands/models.js').then((module) => module.modelsCommand),
    bench: () => import('./commands/bench.js').then((module) => module.benchCommand),
    doctor: () => import('./commands/doctor.js').then((module) => module.doctorCommand),
    train: () => import('./commands/train.js').then((module) => module.trainCommand),
    report: () => import('./commands/report.js').then((module) => module.reportCommand),
    evaluate: () => import('./commands/evaluate.js').then((module) => module.evaluateCommand),
    inspect: () => import('./commands/inspect.js').then((module) => module.inspectCommand),
    export: () => import('./commands/export.js').then((module) => module.exportCommand),
    import: () => import('./commands/import.js').then((module) => module.importCommand),
    'export-weights': () =>
      import('./commands/export-weights.js').then((module) => module.exportWeightsCommand),
    convert: () => import('./commands/convert.js').then((module) => module.convertCommand),
    'copy-assets': () => import('./commands/copy-assets.js').then((module) => module.copyAssetsCommand),
    data: () => import('./commands/data.js').then((module) => module.dataCommand),
    setup: () => import('./commands/setup.js').then((module) => module.setupCommand),
  },
});

const args = process.argv.slice(2);
const isVersion = args.length === 1 && args[0] === '--version';
if (isVersion || args.length === 0 || args.includes('--help') || args.includes('-h')) {
  await runMain(mainCommand, { rawArgs: args.length === 0 ? ['--help'] : args });
} else {
  // runMain would print errors its own way.
  await runCommand(mainCommand, { rawArgs: args }).catch((error: unknown) => reportError(explain(error)));
}

/** Errors of citty and of the module loader in our own words. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const missing = /Cannot find package '(@tensorflow\/[\w-]+|sharp)'/.exec(error.message)?.[1];
  if (missing !== undefined) {
    return new WordbrushError('PACKAGE_MISSING', `Expected the package ${missing}, which is not installed.`, {
      cause: error,
      hint: 'Training needs: npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0 sharp',
    });
  }
  return isUsageError(error) ? usageError(error) : error;
}

/** citty's own complaints about arguments; it does not export their class. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'CLIError';
}

function usageError(error: Error): WordbrushError {
  const hint = 'Add --help for what the command takes.';
  const message = stripVTControlCharacters(error.message).replace(/\.?$/, '.');
  return new WordbrushError('INVALID_OPTION', message, { hint });
}

function packageVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('wordbrush/package.json');
  return manifest.version;
}
