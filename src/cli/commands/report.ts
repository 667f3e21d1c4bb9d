import { defineCommand } from 'citty';
import { writeReport } from '../../training/report/write-report.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

export const reportCommand = defineCommand({
  meta: { name: 'report', description: 'Write what a training run has come to as one HTML page' },
  args: {
    run: { type: 'positional', required: true, description: 'Folder of the run' },
    out: { type: 'string', valueHint: 'FILE', description: 'The page (default: report.html in that folder)' },
    evaluation: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Results of wordbrush evaluate (default: evaluation.json in that folder)',
    },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const { run, out, evaluation } = args;
    console.log(await writeReport({ run, out, evaluation }));
  },
});
