import { buildStage1Generator } from '../../architectures/stackgan/stage1-generator.js';
import { drawStage1 } from '../../architectures/stackgan/stage1-trainer.js';
import { drawStage2, Stage2Trainer } from '../../architectures/stackgan/stage2-trainer.js';
import { variablesOf } from '../../weights/named-variables.js';
import { loadAveragedWeights } from '../checkpoint.js';
import {
  type StackganConfig,
  type Stage2Config,
  stage1Options,
  stage2Options,
} from '../config/stackgan-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { randomStream } from '../random-streams.js';
import { noiseAt, type SampleDrawer } from '../samples/sample-drawer.js';
import { requireText } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase } from '../training-phase.js';
import { generatorPhase, onlyScale } from './generator-phase.js';

/** Trains Stage-II of StackGAN behind the run's Stage-I, whose averaged weights stay as they are. */
export async function stage2Phase(
  config: StackganConfig,
  training: Stage2Config,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { seed } = config;
  const { zDim, conditionDim: stage1ConditionDim } = config.stage1.generator;
  const { conditionDim } = training.generator;
  const { main, stage2: folder } = setup.folder;
  const stage1 = buildStage1Generator(stage1Options(config).generator);
  await loadAveragedWeights(main.checkpoints, variablesOf(stage1.model, { prefix: stage1.model.name }));
  const random = randomStream(seed, 'stage2', 0);
  const trainer = new Stage2Trainer(stage2Options(config, training), stage1, random);
  const wrongPictures = config.wrongPairs === 'pictures';
  const drawer: SampleDrawer = {
    noiseDims: [zDim, stage1ConditionDim, conditionDim],
    draw: (text, noise) => {
      const { sentences } = requireText(text);
      const small = drawStage1(stage1, sentences, noiseAt(noise, 0), noiseAt(noise, 1));
      const large = trainer.withAveragedWeights(() =>
        drawStage2(trainer.generator, small, sentences, noiseAt(noise, 2)),
      );
      return { scales: [small, large] };
    },
  };
  const phase = generatorPhase(
    config,
    setup,
    {
      name: 'stage 2',
      stage: 'stage2',
      folder,
      trainer,
      training,
      wrongPictures,
      drawer,
      batchOf: ({ indices, images, wrongImages }, random) => ({
        images: onlyScale(images),
        wrongImages: wrongPictures ? onlyScale(wrongImages) : undefined,
        sentences: sentencesOnly(setup.text.draw(indices, random)),
        z: noiseRows(random, indices.length, zDim),
        stage1Eps: noiseRows(random, indices.length, stage1ConditionDim),
        eps: noiseRows(random, indices.length, conditionDim),
      }),
      tensorsOf: ({ images, wrongImages, sentences, z, stage1Eps, eps }) => [
        images,
        ...(wrongImages === undefined ? [] : [wrongImages]),
        sentences,
        z,
        stage1Eps,
        eps,
      ],
    },
    context,
  );
  try {
    return await runPhase(phase, context);
  } finally {
    trainer.dispose();
  }
}
