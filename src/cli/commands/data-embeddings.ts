import { defineCommand } from 'citty';
import {
  type ImportEmbeddingsReport,
  importEmbeddings,
} from '../../../tools/import/embeddings/import-embeddings.js';
import { datasetArguments, datasetOptions } from '../dataset-arguments.js';
import { refuseUnknownOptions } from '../refuse-unknown-options.js';

export const dataEmbeddingsCommand = defineCommand({
  meta: {
    name: 'embeddings',
    description:
      'Write the pickled vectors of a StackGAN data set (char-CNN-RNN-embeddings.pickle) as a file to train on',
  },
  args: {
    embeddings: {
      type: 'positional',
      required: true,
      description: 'Pickles of vectors: one, or those of train/ and test/',
    },
    data: {
      type: 'string',
      required: true,
      valueHint: 'DIR',
      description: 'Folder or file of the data set with their pictures',
    },
    out: { type: 'string', required: true, valueHint: 'FILE', description: 'The .safetensors to write' },
    filenames: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Pickle of the names of the pictures (default: filenames.pickle beside each)',
    },
    ...datasetArguments,
    json: { type: 'boolean', default: false, description: 'Print the report as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    const { data, out, filenames: fileNames } = args;
    const report = await importEmbeddings({
      ...datasetOptions(args),
      embeddings: args._,
      fileNames,
      data,
      out,
    });
    console.log(args.json ? JSON.stringify(report, null, 2) : describe(report, out));
  },
});

function describe(report: ImportEmbeddingsReport, out: string): string {
  const { pictures, vectors, sentenceDim, unmatched, withoutVectors } = report;
  const config = JSON.stringify({ kind: 'vectors', file: out, sentenceDim });
  return [
    `${out}: ${vectors} vectors of ${sentenceDim} numbers for ${pictures} pictures`,
    ...(unmatched.length > 0
      ? [`${unmatched.length} names are no picture of the data set, such as ${unmatched[0]}`]
      : []),
    ...(withoutVectors.length > 0
      ? [`${withoutVectors.length} held-out pictures have no vectors, such as ${withoutVectors[0]}`]
      : []),
    `train on it with: --set 'textEncoder=${config}'`,
  ].join('\n');
}
