import * as tf from '@tensorflow/tfjs';
import type { InputOption, OutputOption } from '../../../tools/export/index.js';
import type { AttnganGenerator } from '../architectures/attngan/generator.js';
import { mapName, type StageGraph, withOutputs } from './stage-graphs.js';

const SENTENCE = { name: 'sentence' } as const;
const IMAGE = { name: 'image', layout: 'nchw' } as const;
const FIRST_SIZE = 64;
/** Places among a stage's outputs. */
const FIRST_STAGE = { map: 0, image: 3 } as const;
const LATER_STAGE = { map: 0, attention: 1, image: 2 } as const;
const SENTENCE_STAGE = { map: 0, image: 1 } as const;

/**
 * The stages of AttnGAN, 64, 128 and 256 pixels. Later ones take the words with their lengths, and give what each word
 * was looked at for; or they take the sentence, where the generator reads no words. Stages that draw no picture, as those of AttnDCGAN, become one graph with the one that does.
 */
export function attnganGraphs(generator: AttnganGenerator): StageGraph[] {
  const { firstStage, attentionStages } = generator;
  const drawsEvery = firstStage.outputs.length > FIRST_STAGE.image;
  if (!drawsEvery) return [joinedGraph(generator)];
  const hasMore = attentionStages.length > 0;
  const { map, image } = FIRST_STAGE;
  const first: StageGraph = {
    model: withOutputs(firstStage, hasMore ? [image, map] : [image]),
    size: FIRST_SIZE,
    inputs: [SENTENCE, { name: 'z' }, { name: 'eps' }],
    outputs: hasMore ? [IMAGE, { name: mapName(1), layout: 'nchw' }] : [IMAGE],
  };
  return [first, ...attentionStages.map((_, index) => laterGraph(generator, index))];
}

function laterGraph({ attentionStages, readsWords }: AttnganGenerator, index: number): StageGraph {
  const stage = attentionStages[index];
  if (stage === undefined) throw new RangeError(`There is no later stage ${index}.`);
  const isLast = index === attentionStages.length - 1;
  const { map, image } = readsWords ? LATER_STAGE : SENTENCE_STAGE;
  const places = [image, ...(readsWords ? [LATER_STAGE.attention] : []), ...(isLast ? [] : [map])];
  return {
    model: withOutputs(stage, places),
    size: FIRST_SIZE * 2 ** (index + 1),
    inputs: [{ name: mapName(index + 1), layout: 'nchw' }, ...(readsWords ? wordInputs(stage) : [SENTENCE])],
    outputs: [
      IMAGE,
      ...(readsWords ? [attentionOutput(stage)] : []),
      ...(isLast ? [] : [{ name: mapName(index + 2), layout: 'nchw' } as const]),
    ],
  };
}

function wordInputs(stage: tf.LayersModel): InputOption[] {
  return [
    { name: 'words', dims: ['batch', 'time', wordDimOf(stage)] },
    { name: 'lengths', dims: ['batch'] },
  ];
}

function attentionOutput(stage: tf.LayersModel): OutputOption {
  const [, side = null] = stage.outputs[LATER_STAGE.attention]?.shape ?? [];
  return { name: 'attention', dims: ['batch', 'time', side, side], layout: 'nchw' };
}

/** All stages as one model, where only the last draws. */
function joinedGraph({ firstStage, attentionStages, readsWords }: AttnganGenerator): StageGraph {
  const [reader] = attentionStages;
  const first = firstStage.inputs.map(({ shape, name }) =>
    tf.input({ shape: shape.slice(1), name: `joined_${name}` }),
  );
  const [sentence] = first;
  if (reader === undefined || sentence === undefined) {
    throw new RangeError('Expected a stage that draws a picture.');
  }
  const words = readsWords
    ? [
        tf.input({ shape: [null, wordDimOf(reader)], name: 'joined_words' }),
        tf.input({ shape: [], dtype: 'int32', name: 'joined_lengths' }),
      ]
    : [];
  let outputs = firstStage.apply(first) as tf.SymbolicTensor[];
  for (const stage of attentionStages) {
    const [map] = outputs;
    if (map === undefined) throw new RangeError('Expected a stage to give a map.');
    outputs = stage.apply([map, ...(readsWords ? words : [sentence])]) as tf.SymbolicTensor[];
  }
  const picture = outputs[(readsWords ? LATER_STAGE : SENTENCE_STAGE).image];
  if (picture === undefined) throw new RangeError('Expected the last stage to draw a picture.');
  return {
    model: tf.model({ inputs: [...first, ...words], outputs: picture, name: 'generator' }),
    size: FIRST_SIZE * 2 ** attentionStages.length,
    inputs: [SENTENCE, { name: 'z' }, { name: 'eps' }, ...(readsWords ? wordInputs(reader) : [])],
    outputs: [IMAGE],
  };
}

function wordDimOf(stage: tf.LayersModel): number {
  const dim = stage.inputs[1]?.shape.at(-1);
  if (typeof dim !== 'number') throw new TypeError(`Expected ${stage.name} to know the size of a word.`);
  return dim;
}
