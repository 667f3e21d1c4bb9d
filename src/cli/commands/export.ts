import { defineCommand } from 'citty';
import { PRECISIONS } from '../../../tools/export/index.js';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import { exportRun } from '../../training/export/export-run.js';
import { alignColumns } from '../align-columns.js';
import { checkpointArgument, checkpointChoice } from '../checkpoint-choice.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

const EVALUATION_TEXTS = {
  kept: 'The results in evaluation.json are of this very model, and stay in the card.',
  dropped:
    'The results in evaluation.json were of another model, and are gone: run wordbrush evaluate again.',
} as const;

export const exportCommand = defineCommand({
  meta: { name: 'export', description: 'Write a training run as a bundle that runs in ONNX Runtime' },
  args: {
    run: { type: 'positional', required: true, description: 'Folder of the run' },
    out: { type: 'string', required: true, valueHint: 'DIR', description: 'Folder of the bundle' },
    ...checkpointArgument,
    precision: {
      type: 'enum',
      options: [...PRECISIONS],
      default: 'fp32',
      description: 'How weights are stored',
    },
    scoring: {
      type: 'boolean',
      default: true,
      description: "With DAMSM's image encoder, to score pictures (--no-scoring: without)",
    },
    backend: {
      type: 'enum',
      options: ['native', 'cpu'],
      default: 'native',
      description: 'TensorFlow.js backend',
    },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const checkpoint = checkpointChoice(args.checkpoint);
    await loadTensorFlow({ backend: args.backend });
    const { run, out, precision, scoring } = args;
    const report = await exportRun({ run, out, precision, scoring, checkpoint });
    console.log(`step ${report.step}; size, and largest difference between ONNX Runtime and TensorFlow.js:`);
    const rows = report.graphs.map(({ file, bytes, maxAbsoluteDifference }) => [
      `  ${file}`,
      `${(bytes / 1e6).toFixed(1)} MB`,
      maxAbsoluteDifference.toExponential(1),
    ]);
    console.log(alignColumns(rows));
    if (report.evaluation !== 'none') console.log(EVALUATION_TEXTS[report.evaluation]);
    console.log(`${out}: ${(report.bytes / 1e6).toFixed(1)} MB`);
  },
});
