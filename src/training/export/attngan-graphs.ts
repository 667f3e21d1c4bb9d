import * as tf from '@tensorflow/tfjs';
import type { AttnganGenerator } from '../architectures/attngan/generator.js';
import { mapName, type StageGraph, withOutputs } from './stage-graphs.js';

const IMAGE = { name: 'image', layout: 'nchw' } as const;
const FIRST_SIZE = 64;
/** Places among a stage's outputs. */
const FIRST_STAGE = { map: 0, image: 3 } as const;
const LATER_STAGE = { map: 0, attention: 1, image: 2 } as const;

/**
 * The stages of AttnGAN, 64, 128 and 256 pixels. Later ones take the words with their lengths, and give what each word
 * was looked at for. Stages that draw no picture, as those of AttnDCGAN, become one graph with the one that does.
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
    inputs: [{ name: 'sentence' }, { name: 'z' }, { name: 'eps' }],
    outputs: hasMore ? [IMAGE, { name: mapName(1), layout: 'nchw' }] : [IMAGE],
  };
  return [first, ...attentionStages.map((stage, index) => laterGraph(stage, index, attentionStages.length))];
}

function laterGraph(stage: tf.LayersModel, index: number, count: number): StageGraph {
  const isLast = index === count - 1;
  const { map, attention, image } = LATER_STAGE;
  const [, side = null] = stage.outputs[attention]?.shape ?? [];
  return {
    model: withOutputs(stage, isLast ? [image, attention] : [image, attention, map]),
    size: FIRST_SIZE * 2 ** (index + 1),
    inputs: [
      { name: mapName(index + 1), layout: 'nchw' },
      { name: 'words', dims: ['batch', 'time', wordDimOf(stage)] },
      { name: 'lengths', dims: ['batch'] },
    ],
    outputs: [
      IMAGE,
      { name: 'attention', dims: ['batch', 'time', side, side], layout: 'nchw' },
      ...(isLast ? [] : [{ name: mapName(index + 2), layout: 'nchw' } as const]),
    ],
  };
}

/** All stages as one model, where only the last draws. */
function joinedGraph({ firstStage, attentionStages }: AttnganGenerator): StageGraph {
  const [reader] = attentionStages;
  const [sentence, z, eps] = firstStage.inputs.map(({ shape, name }) =>
    tf.input({ shape: shape.slice(1), name: `joined_${name}` }),
  );
  if (reader === undefined || sentence === undefined || z === undefined || eps === undefined) {
    throw new RangeError('Expected a stage that draws a picture.');
  }
  const words = tf.input({ shape: [null, wordDimOf(reader)], name: 'joined_words' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'joined_lengths' });
  let outputs = firstStage.apply([sentence, z, eps]) as tf.SymbolicTensor[];
  for (const stage of attentionStages) {
    const [map] = outputs;
    if (map === undefined) throw new RangeError('Expected a stage to give a map.');
    outputs = stage.apply([map, words, lengths]) as tf.SymbolicTensor[];
  }
  const picture = outputs[LATER_STAGE.image];
  if (picture === undefined) throw new RangeError('Expected the last stage to draw a picture.');
  return {
    model: tf.model({ inputs: [sentence, z, eps, words, lengths], outputs: picture, name: 'generator' }),
    size: FIRST_SIZE * 2 ** attentionStages.length,
    inputs: [
      { name: 'sentence' },
      { name: 'z' },
      { name: 'eps' },
      { name: 'words', dims: ['batch', 'time', wordDimOf(reader)] },
      { name: 'lengths', dims: ['batch'] },
    ],
    outputs: [IMAGE],
  };
}

function wordDimOf(stage: tf.LayersModel): number {
  const dim = stage.inputs[1]?.shape.at(-1);
  if (typeof dim !== 'number') throw new TypeError(`Expected ${stage.name} to know the size of a word.`);
  return dim;
}
