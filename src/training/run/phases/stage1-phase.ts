import { drawStage1, Stage1Trainer } from '../../architectures/stackgan/stage1-trainer.js';
import { type StackganConfig, stage1Options } from '../config/stackgan-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { randomStream } from '../random-streams.js';
import { noiseAt, type SampleDrawer } from '../samples/sample-drawer.js';
import { requireText } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase } from '../training-phase.js';
import { generatorPhase, onlyScale } from './generator-phase.js';

/** Trains Stage-I of StackGAN. */
export async function stage1Phase(
  config: StackganConfig,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { seed, stage1: training } = config;
  const { zDim, conditionDim } = training.generator;
  const { main: folder, warmStartFile } = setup.folder;
  const trainer = new Stage1Trainer(stage1Options(config), randomStream(seed, 'stage1', 0));
  const wrongPictures = config.wrongPairs === 'pictures';
  const drawer: SampleDrawer = {
    noiseDims: [zDim, conditionDim],
    draw: (text, noise) => ({
      scales: [
        trainer.withAveragedWeights(() =>
          drawStage1(trainer.generator, requireText(text).sentences, noiseAt(noise, 0), noiseAt(noise, 1)),
        ),
      ],
    }),
  };
  const phase = generatorPhase(
    config,
    setup,
    {
      name: 'stage 1',
      stage: 'stage1',
      folder,
      trainer,
      training,
      wrongPictures,
      drawer,
      warmStartFile,
      noisesAPrompt: 2,
      batchOf: ({ indices, images, wrongImages }, random) => ({
        images: onlyScale(images),
        wrongImages: wrongPictures ? onlyScale(wrongImages) : undefined,
        sentences: sentencesOnly(setup.text.draw(indices, random)),
        z: noiseRows(random, indices.length, zDim),
        eps: noiseRows(random, indices.length, conditionDim),
      }),
      tensorsOf: ({ images, wrongImages, sentences, z, eps }) => [
        images,
        ...(wrongImages === undefined ? [] : [wrongImages]),
        sentences,
        z,
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
