import { defineCommand } from 'citty';
import { describeGenerator } from '../../../tools/import/describe-generator.js';
import { type ImportReport, importModel } from '../../../tools/import/import-model.js';
import { alignColumns } from '../align-columns.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { startBackend } from '../start-backend.js';

export const importCommand = defineCommand({
  meta: {
    name: 'import',
    description: 'Write official PyTorch weights as a bundle that runs in ONNX Runtime',
  },
  args: {
    generator: {
      type: 'string',
      required: true,
      valueHint: 'FILE',
      description: "The generator's weights (netG*.pth)",
    },
    'text-encoder': {
      type: 'string',
      valueHint: 'FILE',
      description: 'text_encoder*.pth, or .t7 of the char-CNN-RNN; generators with text need it',
    },
    vocabulary: {
      type: 'string',
      valueHint: 'FILE',
      description: 'captions.pickle, JSON or text; text encoders of words need it',
    },
    'image-encoder': {
      type: 'string',
      valueHint: 'FILE',
      description: 'image_encoder*.pth, to score pictures with',
    },
    out: { type: 'string', required: true, valueHint: 'DIR', description: 'Folder of the bundle' },
    architecture: {
      type: 'enum',
      options: ['stackgan', 'stackgan-pp', 'attngan'],
      description: 'What the generator has to be (default: found from the file)',
    },
    compat: {
      type: 'enum',
      options: ['official', 'corrected'],
      default: 'corrected',
      description: "AttnGAN's attention mask in batches of captions: as released, or right",
    },
    backend: { type: 'string', valueHint: 'NAME', description: 'TensorFlow.js backend: native or cpu' },
    json: { type: 'boolean', default: false, description: 'Print the result as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 0);
    await startBackend(args.backend);
    const { generator, vocabulary, out, architecture, compat } = args;
    const report = await importModel({
      generator,
      textEncoder: args['text-encoder'],
      vocabulary,
      imageEncoder: args['image-encoder'],
      out,
      architecture,
      compat,
    });
    console.log(args.json ? JSON.stringify(report, null, 2) : describeImport(report, out));
  },
});

function describeImport(report: ImportReport, out: string): string {
  const { dataset, vocabularySize, unreachableWords, graphs, bytes, files } = report;
  const rows = graphs.map(({ file, bytes: size, maxAbsoluteDifference }) => [
    `  ${file}`,
    megabytes(size),
    maxAbsoluteDifference.toExponential(1),
  ]);
  return [
    describeGenerator(report.generator),
    `data set: ${dataset ?? 'unknown, by its sizes'}${vocabularySize === undefined ? '' : `, ${vocabularySize} words`}`,
    ...(unreachableWords.length > 0
      ? [
          `${unreachableWords.length} words that no prompt reaches: ${unreachableWords.slice(0, 5).join(', ')}`,
        ]
      : []),
    alignColumns(files.map(({ name, bytes: size, sha256 }) => [`  ${name}`, megabytes(size), sha256])),
    'size, and largest difference between ONNX Runtime and TensorFlow.js:',
    alignColumns(rows),
    `${out}: ${megabytes(bytes)}`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
