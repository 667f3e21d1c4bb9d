import { applyGenerator } from '../../architectures/stackgan-pp/generator.js';
import { StackganPlusPlusTrainer } from '../../architectures/stackgan-pp/trainer.js';
import { type StackganPlusPlusConfig, stackganPlusPlusOptions } from '../config/stackgan-pp-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { randomStream } from '../random-streams.js';
import { noiseAt, type SampleDrawer } from '../samples/sample-drawer.js';
import { requireText, type TextSource } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase } from '../training-phase.js';
import { generatorPhase } from './generator-phase.js';

/** Trains all branches of StackGAN++ at once. */
export async function stackganPlusPlusPhase(
  config: StackganPlusPlusConfig,
  setup: DrawingSetup<TextSource | undefined>,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { seed, text: textConfig } = config;
  const { zDim } = config.generator;
  const { main: folder, warmStartFile } = setup.folder;
  const random = randomStream(seed, 'stage1', 0);
  const trainer = new StackganPlusPlusTrainer(stackganPlusPlusOptions(config), random);
  const drawer: SampleDrawer = {
    noiseDims: textConfig === null ? [zDim] : [zDim, textConfig.conditionDim],
    draw: (text, noise) => {
      const ofText =
        textConfig === null ? undefined : { sentences: requireText(text).sentences, eps: noiseAt(noise, 1) };
      const inputs = { z: noiseAt(noise, 0), ...ofText };
      const drawn = trainer.withAveragedWeights(() =>
        applyGenerator(trainer.generator, inputs, { training: false }),
      );
      return { scales: drawn.images };
    },
  };
  const phase = generatorPhase(
    config,
    setup,
    {
      name: 'stackgan-pp',
      stage: 'stage1',
      folder,
      trainer,
      drawer,
      warmStartFile,
      training: config,
      wrongPictures: textConfig !== null,
      batchOf: ({ indices, images, wrongImages }, random) => {
        const rows = indices.length;
        if (setup.text === undefined || textConfig === null) {
          return { images, z: noiseRows(random, rows, zDim), text: undefined };
        }
        const sentences = sentencesOnly(setup.text.draw(indices, random));
        const z = noiseRows(random, rows, zDim);
        const eps = noiseRows(random, rows, textConfig.conditionDim);
        return { images, z, text: { sentences, eps, wrongImages } };
      },
      tensorsOf: ({ images, z, text }) => [
        ...images,
        z,
        ...(text === undefined ? [] : [text.sentences, text.eps, ...text.wrongImages]),
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
