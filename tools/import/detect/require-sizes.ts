import { WordbrushError } from '../../../src/sdk/errors.js';
import type { NamedTensors } from '../read-tensors.js';
import type { GeneratorPart, Part, Stage1Part } from './parts.js';
import { Shapes } from './shapes.js';

type Expected = readonly [name: string, shape: readonly number[]];

/**
 * Looks whether the largest tensors have the sizes that were read off a few others, before a model of these sizes takes
 * memory: a file that says so may ask for any.
 * @param source what to call the state dict in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` naming the tensor and both shapes.
 */
export function requireSizes(part: Part, tensors: NamedTensors, source: string): void {
  const shapes = new Shapes(tensors);
  for (const [name, expected] of expectedOf(part)) {
    const received = shapes.of(name);
    if (received?.join() === expected.join()) continue;
    const what = received === undefined ? 'but there is none' : `received [${received.join(', ')}]`;
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `${source}, ${name}: expected [${expected.join(', ')}], as its other tensors say, ${what}.`,
      {
        hint: 'The file is damaged, or holds a model of another kind.',
        details: { source, tensor: name },
      },
    );
  }
}

function expectedOf(part: Part): readonly Expected[] {
  switch (part.kind) {
    case 'generator':
      return ofGenerator(part);
    case 'text-encoder': {
      const units = part.sentenceDim / 2;
      return [
        ['rnn.weight_ih_l0', [4 * units, part.embeddingDim]],
        ['rnn.weight_hh_l0', [4 * units, units]],
      ];
    }
    case 'character-encoder': {
      const gates = part.recurrence === 'gru' ? 3 : 1;
      return [
        ['rnn.weight_hh', [gates * part.cnnDim, part.cnnDim]],
        ['fc.weight', [part.sentenceDim, part.cnnDim]],
      ];
    }
    case 'image-encoder':
      return [
        ['emb_features.weight', [part.embeddingDim, 768, 1, 1]],
        ['emb_cnn_code.weight', [part.embeddingDim, 2048]],
      ];
    case 'discriminator':
      return [];
  }
}

function ofGenerator(part: GeneratorPart): readonly Expected[] {
  if (part.architecture === 'stackgan') {
    if (part.stage === 1) return ofStage1(part, '');
    const { baseWidth, conditionDim, sentenceDim, stage1 } = part;
    const width = 4 * baseWidth;
    return [
      ...ofStage1(stage1, 'STAGE1_G.'),
      ['ca_net.fc.weight', [2 * conditionDim, sentenceDim]],
      ['hr_joint.0.weight', [width, width + conditionDim, 3, 3]],
    ];
  }
  const { baseWidth, zDim } = part;
  const width = 16 * baseWidth;
  const text = part.architecture === 'attngan' ? part : part.text;
  const first: Expected[] = [
    ['h_net1.fc.0.weight', [32 * width, zDim + (text?.conditionDim ?? 0)]],
    ['h_net1.upsample1.1.weight', [width, width, 3, 3]],
  ];
  if (part.architecture === 'attngan' && part.branches > 1) {
    first.push(['h_net2.att.conv_context.weight', [baseWidth, part.wordDim, 1, 1]]);
  }
  return text === undefined
    ? first
    : [...first, ['ca_net.fc.weight', [4 * text.conditionDim, text.sentenceDim]]];
}

function ofStage1(part: Stage1Part, prefix: string): Expected[] {
  const width = 8 * part.baseWidth;
  return [
    [`${prefix}fc.0.weight`, [16 * width, part.zDim + part.conditionDim]],
    [`${prefix}ca_net.fc.weight`, [2 * part.conditionDim, part.sentenceDim]],
    [`${prefix}upsample1.1.weight`, [width / 2, width, 3, 3]],
  ];
}
