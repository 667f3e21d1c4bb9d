import { defineCommand } from 'citty';
import { exportWeights } from '../../../tools/import/export-weights.js';
import { alignColumns } from '../align-columns.js';
import { checkpointArgument, checkpointChoice } from '../checkpoint-choice.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';
import { startBackend } from '../start-backend.js';

export const exportWeightsCommand = defineCommand({
  meta: {
    name: 'export-weights',
    description: 'Write the weights of a training run under the official names, for PyTorch',
  },
  args: {
    run: { type: 'positional', required: true, description: 'Folder of the run' },
    out: { type: 'string', required: true, valueHint: 'DIR', description: 'Folder to write' },
    ...checkpointArgument,
    backend: { type: 'string', valueHint: 'NAME', description: 'TensorFlow.js backend: native or cpu' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const checkpoint = checkpointChoice(args.checkpoint);
    await startBackend(args.backend);
    const { run, out } = args;
    const { step, networks, withoutDiscriminators } = await exportWeights({ run, out, checkpoint });
    console.log(`step ${step}, each as .safetensors and .pth:`);
    console.log(
      alignColumns(
        networks.map(({ name, tensors, parameters }) => [
          `  ${name}`,
          `${tensors} tensors`,
          `${parameters} numbers`,
        ]),
      ),
    );
    if (withoutDiscriminators !== undefined) console.log(`no discriminators: ${withoutDiscriminators}`);
    console.log(out);
  },
});
