import { defineCommand } from 'citty';
import { WordbrushError } from '../../sdk/errors.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import {
  type ArchitectureSummary,
  summarizeArchitecture,
} from '../../training/summary/summarize-architecture.js';
import type { Counts, GroupSummary, PartSummary } from '../../training/summary/summarize-models.js';
import { alignColumns } from '../align-columns.js';
import { describeBundle, inspectBundle } from '../inspect-bundle.js';
import { parseInteger } from '../parse-arguments.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

export const inspectCommand = defineCommand({
  meta: {
    name: 'inspect',
    description: 'Count layers, parameters, multiply-adds and memory of a preset, stage by stage',
  },
  args: {
    bundle: {
      type: 'positional',
      required: false,
      description: 'Folder, zip archive or URL of a model bundle, to list its graphs instead',
    },
    architecture: {
      type: 'string',
      valueHint: 'NAME',
      description: 'stackgan, stackgan-pp or attngan',
    },
    preset: { type: 'string', default: 'paper', valueHint: 'NAME', description: 'paper, small or tiny' },
    dataset: {
      type: 'string',
      valueHint: 'NAME',
      description:
        'Official configuration for cub, coco, oxford-102, or one without text: lsun-bedroom, ... (default: cub)',
    },
    variant: {
      type: 'string',
      valueHint: 'NAME',
      description: 'stackgan: pytorch or tensorflow; attngan: attngan or attn-dcgan (default: the first)',
    },
    vocabulary: {
      type: 'string',
      valueHint: 'N',
      description:
        'Words that the text encoder knows, where the preset leaves it to the data (default: 1000)',
    },
    words: {
      type: 'string',
      valueHint: 'N',
      description: 'Words of the caption (default: as many as the preset reads)',
    },
    layers: { type: 'boolean', default: false, description: 'List every layer too' },
    json: { type: 'boolean', default: false, description: 'Print the counts as JSON, every layer included' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    const { bundle, architecture, preset, dataset, variant } = args;
    refuseSurplusWords(args, architecture === undefined ? 1 : 0);
    if (architecture === undefined) {
      if (bundle === undefined) throw nothingToInspect();
      const contents = await inspectBundle(bundle);
      console.log(args.json ? JSON.stringify(contents, null, 2) : describeBundle(contents));
      return;
    }
    const numberOf = (name: 'vocabulary' | 'words') =>
      args[name] === undefined ? undefined : parseInteger(name, args[name], 1);
    const sizes = { vocabularySize: numberOf('vocabulary'), words: numberOf('words') };
    // Nothing is computed, so this works before the native library is in place.
    const tf = await loadTensorFlow({ backend: 'cpu' });
    // Keeps TensorFlow.js from recommending that library.
    tf.enableProdMode();
    const summary = summarizeArchitecture({ architecture, preset, dataset, variant, ...sizes });
    console.log(args.json ? JSON.stringify(summary, null, 2) : describeSummary(summary, args.layers));
  },
});

function nothingToInspect(): WordbrushError {
  return new WordbrushError(
    'INVALID_OPTION',
    'Expected a model bundle or --architecture, received neither.',
    {
      hint: 'For example: wordbrush inspect --architecture attngan.',
    },
  );
}

const HEADER = ['', 'layers', 'parameters', 'multiply-adds', 'weights', 'in fp16', 'activations'];

const NOTES = `For one picture and a caption of the full length or of --words. Multiply-adds are those of convolutions, linear layers, LSTMs and
attention; an up-sampling convolution counts as nearest ×2 and 3×3, though it runs with 16 multiplications for every
36. The bias of an LSTM counts twice, as the official code keeps it. Activations are all outputs of layers in fp32,
which a training pass holds for each picture of a batch.`;

function describeSummary(
  { architecture, preset, dataset, variant, groups }: ArchitectureSummary,
  layers: boolean,
) {
  const title = [
    architecture,
    `preset ${preset}`,
    ...(dataset === null ? [] : [`data set ${dataset}`]),
    ...(variant === null ? [] : [`variant ${variant}`]),
  ].join(', ');
  const rows = [HEADER, ...groups.flatMap((group) => groupRows(group, layers))];
  return `${title}\n\n${alignColumns(rows)}\n\n${NOTES}`;
}

function groupRows({ name, parts, total }: GroupSummary, layers: boolean): string[][] {
  const rows = parts.flatMap((part) => [
    countsRow(`  ${part.name}`, part),
    ...(layers ? layerRows(part) : []),
  ]);
  return [[name], ...rows, countsRow('  total', total)];
}

function countsRow(name: string, counts: Counts): string[] {
  return [
    name,
    wholeNumber(counts.layers),
    wholeNumber(counts.parameters),
    `${(counts.multiplyAdds / 1e9).toFixed(3)} G`,
    megabytes(counts.weightBytes),
    megabytes(counts.weightBytes / 2),
    megabytes(counts.activationBytes),
  ];
}

function layerRows({ layerCounts }: PartSummary): string[][] {
  return layerCounts.map(({ name, className, outputShape, parameters, multiplyAdds, outputBytes }) => [
    `    ${name} (${className}) ${outputShape.join('×')}`,
    '',
    parameters === 0 ? '' : wholeNumber(parameters),
    multiplyAdds === 0 ? '' : wholeNumber(multiplyAdds),
    '',
    '',
    megabytes(outputBytes),
  ]);
}

function wholeNumber(value: number): string {
  return value.toLocaleString('en');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
