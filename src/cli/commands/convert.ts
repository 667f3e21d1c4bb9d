import { basename } from 'node:path';
import { defineCommand } from 'citty';
import {
  ARITHMETICS,
  convertToFile,
  loadLayersModel,
  PRECISIONS,
  TARGETS,
} from '../../../tools/export/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { describeConversion, summarizeConversion } from '../describe-conversion.js';
import { loadHandlers } from '../load-handlers.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { startBackend } from '../start-backend.js';

export const convertCommand = defineCommand({
  meta: {
    name: 'convert',
    description: 'Write any saved TensorFlow.js layers model as ONNX, compared with TensorFlow.js',
  },
  args: {
    model: {
      type: 'positional',
      required: true,
      description: 'model.json, its folder, or a model inside an npm package',
    },
    out: { type: 'positional', required: true, description: 'The ONNX file' },
    opset: { type: 'string', valueHint: 'N', description: 'Version of ONNX operators (default: 17)' },
    precision: {
      type: 'enum',
      options: [...PRECISIONS],
      default: 'fp32',
      description: 'How weights are stored',
    },
    arithmetic: {
      type: 'enum',
      options: [...ARITHMETICS],
      default: 'fp32',
      description: 'Numbers to compute in; fp16 asks for weights of that precision',
    },
    target: {
      type: 'enum',
      options: [...TARGETS],
      default: 'cpu',
      description: 'Where the file is to be fast; it runs anywhere',
    },
    check: {
      type: 'string',
      default: '3',
      valueHint: 'N',
      description: 'Random inputs to compare on, each of another batch size and length',
    },
    seed: { type: 'string', default: '0', valueHint: 'N', description: 'Of the random inputs' },
    handlers: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Module that registers layer classes of your own and exports their "handlers"',
    },
    backend: {
      type: 'string',
      valueHint: 'NAME',
      description: 'TensorFlow.js backend: native or cpu (default: native where it is set up)',
    },
    json: { type: 'boolean', default: false, description: 'Print the result as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 2);
    refuseModelFiles(args.out);
    const check = parseInteger('check', args.check, 1);
    const seed = parseInteger('seed', args.seed, 0);
    const opset = args.opset === undefined ? {} : { opset: parseInteger('opset', args.opset, 1) };
    await startBackend(args.backend);
    const handlers = await loadHandlers(args.handlers);
    const model = await loadLayersModel(args.model);
    const { precision, arithmetic, target } = args;
    const conversion = await convertToFile(model, args.out, {
      ...opset,
      precision,
      arithmetic,
      target,
      check,
      seed,
      handlers,
    });
    const summary = summarizeConversion(args.model, args.out, conversion);
    console.log(args.json ? JSON.stringify(summary, null, 2) : describeConversion(summary));
  },
});

/** What models are saved as: most likely the model itself, which would be written over. */
function refuseModelFiles(out: string): void {
  const suffix = /\.(json|bin|[cm]?js|h5|keras)$/iu.exec(out)?.[0];
  if (suffix === undefined) return;
  throw new WordbrushError('INVALID_OPTION', `Expected the name of an ONNX file, received ${out}.`, {
    hint: `Give the model first, then a file such as ${basename(out, suffix)}.onnx.`,
  });
}
