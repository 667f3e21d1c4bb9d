import { AttnganTrainer } from '../../architectures/attngan/attngan-trainer.js';
import { runGenerator } from '../../architectures/attngan/generator.js';
import type { SimilarityOptions } from '../../architectures/attngan/generator-loss.js';
import { type AttnganConfig, attnganOptions } from '../config/attngan-config.js';
import { type DrawingSetup, noiseRows } from '../drawing-setup.js';
import { openImageEncoder } from '../image-encoder.js';
import { randomStream } from '../random-streams.js';
import { noiseAt, type SampleDrawer } from '../samples/sample-drawer.js';
import { requireText, type TextVectors } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase } from '../training-phase.js';
import { generatorPhase } from './generator-phase.js';

/** Trains all stages of AttnGAN at once. */
export async function attnganPhase(
  config: AttnganConfig,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { similarity, ...options } = attnganOptions(config);
  const encoder =
    similarity === undefined ? undefined : await openImageEncoder(config.textEncoder, setup.folder);
  const full: SimilarityOptions | undefined =
    similarity === undefined || encoder === undefined
      ? undefined
      : { ...similarity, encodeImages: encoder.encode };
  const trainer = new AttnganTrainer(
    { ...options, similarity: full },
    randomStream(config.seed, 'stage1', 0),
  );
  try {
    return await runPhase(phaseOf(config, setup, trainer, context), context);
  } finally {
    trainer.dispose();
    encoder?.dispose();
  }
}

function phaseOf(config: AttnganConfig, setup: DrawingSetup, trainer: AttnganTrainer, context: PhaseContext) {
  const { zDim, conditionDim } = config.generator;
  const { main: folder, warmStartFile } = setup.folder;
  const drawer: SampleDrawer = {
    noiseDims: [zDim, conditionDim],
    draw: (text, noise) => {
      const inputs = { ...attnganText(requireText(text)), z: noiseAt(noise, 0), eps: noiseAt(noise, 1) };
      const { images, attentionMaps } = trainer.withAveragedWeights(() =>
        runGenerator(trainer.generator, inputs, { training: false }),
      );
      return { scales: images, attention: attentionMaps.at(-1) };
    },
  };
  return generatorPhase(
    config,
    setup,
    {
      name: 'attngan',
      stage: 'stage1',
      folder,
      trainer,
      drawer,
      warmStartFile,
      training: config,
      wrongPictures: false,
      batchOf: ({ indices, images }, random) => ({
        images,
        ...attnganText(setup.text.draw(indices, random)),
        z: noiseRows(random, indices.length, zDim),
        eps: noiseRows(random, indices.length, conditionDim),
        classIds: setup.classIds && indices.map((index) => setup.classIds?.[index] ?? index),
      }),
      tensorsOf: ({ images, sentences, words, lengths, z, eps }) => [
        ...images,
        sentences,
        ...(words === undefined ? [] : [words, lengths]),
        z,
        eps,
      ],
    },
    context,
  );
}

/** Sentences with their words, where the text has some. */
function attnganText({ sentences, words }: TextVectors) {
  return words === undefined ? { sentences } : { sentences, words: words.vectors, lengths: words.lengths };
}
