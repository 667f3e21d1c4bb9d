import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import {
  applyGenerator,
  generatorVariables,
} from '../../../src/training/architectures/stackgan-pp/generator.js';
import {
  type StackganPlusPlusLosses,
  stackganPlusPlusStep,
} from '../../../src/training/architectures/stackgan-pp/training-step.js';
import type { NamedVariables } from '../../../src/training/weights/named-variables.js';
import type { OfficialName } from '../../import/official-names/official-name.js';
import { defineCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';
import { RecordingAdam } from '../recording-adam.js';
import {
  type DiscriminatorValues,
  expectBranchLosses,
  expectDiscriminatorLoss,
  expectGeneratorTotals,
  type HeadValues,
} from './stackgan-pp-losses.js';
import {
  generatorInputs,
  loadedDiscriminator,
  loadedGenerator,
  lossWeights,
  sideOf,
  stepBatch,
} from './stackgan-pp-models.js';

/** As the official trainer sets it. */
const ADAM = { learningRate: 2e-4 };

/** One whole training iteration: losses, gradients, and all weights after it. */
export const stepCase = defineCase({
  names: [/v2-step.*/],
  run(context) {
    const { generator, variables, names, load } = loadedGenerator(context, 'netG');
    const { images } = applyGenerator(generator, generatorInputs(context), { training: true });
    for (const [branch, image] of images.entries()) context.expectOutput(`out.fake${sideOf(branch)}`, image);
    // That pass has moved the running statistics.
    load();

    const trainable = generatorVariables(generator, { trainableOnly: true });
    const generatorOptimizer = new RecordingAdam(trainable, ADAM);
    const branches = generator.stages.map((_, branch) => {
      const loaded = loadedDiscriminator(context, sideOf(branch), `netD${branch}`);
      const moved = discriminatorVariables(loaded.discriminator, { trainableOnly: true });
      return { ...loaded, network: `netD${branch}`, moved, optimizer: new RecordingAdam(moved, ADAM) };
    });
    const losses = stackganPlusPlusStep(
      {
        generator,
        generatorVariables: trainable,
        generatorOptimizer,
        discriminators: branches.map(({ discriminator, moved, optimizer }) => ({
          discriminator,
          variables: moved,
          optimizer,
        })),
        weights: lossWeights(context),
        augmentation: { shiftPixels: 0, cutPixels: 0 },
      },
      stepBatch(context, branches.length),
      new RandomStream(0),
    );
    for (const branch of branches.keys()) {
      // With several, the name of none of them is `errD` alone.
      const suffix = branches.length > 1 ? `${branch}` : '';
      const terms = discriminatorTerms(losses, branch);
      if (context.has(`loss.errD${suffix}`)) expectDiscriminatorLoss(context, terms, suffix);
    }
    expectBranchLosses(
      context,
      branches.map((_, branch) => generatorTerms(losses, branch)),
    );
    expectGeneratorTotals(context, { total: losses.generatorTotal, kl: losses.kl });
    const networks = [...branches, { network: 'netG', variables, names, optimizer: generatorOptimizer }];
    for (const moved of networks) expectStepped(context, moved);
  },
});

interface Stepped {
  network: string;
  variables: NamedVariables;
  names: readonly OfficialName[];
  optimizer: RecordingAdam;
}

function expectStepped(context: ParityContext, { network, variables, names, optimizer }: Stepped): void {
  context.expectWeightGradients(`grad.${network}`, optimizer.gradients, variables, names);
  context.expectStatistics(`after.${network}`, variables, names);
  context.expectAfterFirstStep(network, variables, names);
}

/** What a step says of the discriminator of a branch. */
function discriminatorTerms(losses: StackganPlusPlusLosses, branch: number): DiscriminatorValues {
  const side = sideOf(branch);
  const heads = (kind: 'real' | 'wrong' | 'fake'): HeadValues => ({
    conditional: losses[`${kind}${side}`],
    unconditional: losses[`${kind}Alone${side}`],
  });
  const total = losses[`discriminator${side}`] ?? Number.NaN;
  return { total, real: heads('real'), wrong: heads('wrong'), fake: heads('fake') };
}

/** What a step says of how far the discriminator of a branch is from taking the fakes for real. */
function generatorTerms(losses: StackganPlusPlusLosses, branch: number): HeadValues {
  const side = sideOf(branch);
  return { conditional: losses[`generator${side}`], unconditional: losses[`generatorAlone${side}`] };
}
