import { defineCommand } from 'citty';
import { loadTensorFlow } from '../../training/backend/load-tensorflow.js';
import { exportStackgan } from '../../training/export/export-stackgan.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

export const exportCommand = defineCommand({
  meta: { name: 'export', description: 'Write a training run as a bundle that runs in ONNX Runtime' },
  args: {
    run: { type: 'positional', required: true, description: 'Folder of the run' },
    out: { type: 'string', required: true, valueHint: 'DIR', description: 'Folder of the bundle' },
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
    await loadTensorFlow({ backend: args.backend });
    const report = await exportStackgan({ run: args.run, out: args.out });
    console.log(`step ${report.step}; largest difference between ONNX Runtime and TensorFlow.js:`);
    console.log(`  text encoder ${report.textEncoderDifference.toExponential(1)}`);
    console.log(`  stage 1      ${report.stageDifference.toExponential(1)}`);
    console.log(`${args.out}: ${(report.bytes / 1e6).toFixed(1)} MB`);
  },
});
