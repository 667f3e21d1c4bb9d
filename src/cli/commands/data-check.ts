import { defineCommand } from 'citty';
import { checkDataset } from '../../training/data/check/check-dataset.js';
import { writeContactSheet } from '../../training/data/check/contact-sheet.js';
import { datasetArguments, datasetOptions } from '../dataset-arguments.js';
import { describeDataset } from '../describe-dataset.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { StatusLine } from '../status-line.js';

export const dataCheckCommand = defineCommand({
  meta: {
    name: 'check',
    description: 'Read a data set, decode every picture, and tell what is in it and what is wrong with it',
  },
  args: {
    data: { type: 'positional', required: true, description: 'Folder or file of the data set' },
    ...datasetArguments,
    'contact-sheet': {
      type: 'string',
      valueHint: 'FILE',
      description: 'Draw some of the pictures with their captions, as training sees them, as a PNG',
    },
    json: {
      type: 'boolean',
      default: false,
      description: 'Print the report as JSON, every problem included',
    },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const options = datasetOptions(args);
    const status = new StatusLine(process.stderr);
    try {
      const { report, sound } = await checkDataset(args.data, {
        ...options,
        onProgress: (done, total) => status.update(`Looking at pictures: ${done} of ${total}`),
      });
      const sheet = args['contact-sheet'];
      const shown = sheet === undefined || sound.length === 0 ? 0 : await writeContactSheet(sound, sheet);
      status.end();
      console.log(args.json ? JSON.stringify(report, null, 2) : describeDataset(report));
      if (shown > 0 && !args.json) console.log(`\n${sheet} shows ${shown} of the pictures.`);
      if (report.problems.some(({ severity }) => severity === 'error')) process.exitCode = 1;
    } finally {
      status.end();
    }
  },
});
