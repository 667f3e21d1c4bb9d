import type { AttnganPart, GeneratorPart, StackganPlusPlusPart, Stage1Part, Stage2Part } from './parts.js';
import type { Shapes } from './shapes.js';

/** Rows of the first linear layer for each channel of the 64-pixel map: 16 times as many channels, 4×4 places, a gate each. */
const GATED_ROWS = 16 * 4 * 4 * 2;
/** The same for Stage-I of StackGAN: 8 times as many channels, 4×4 places, no gates. */
const STAGE1_ROWS = 8 * 4 * 4;

/** Which generator a state dict holds, and its sizes; undefined for none. */
export function detectGenerator(shapes: Shapes): GeneratorPart | undefined {
  if (shapes.has('h_net1.fc.0.weight')) {
    return shapes.has('h_net2.att.conv_context.weight') ? attngan(shapes) : stackganPlusPlus(shapes);
  }
  if (shapes.has('encoder.0.weight') && shapes.has('hr_joint.0.weight')) return stage2(shapes);
  return shapes.has('fc.0.weight') && shapes.has('ca_net.fc.weight') ? stage1(shapes, '') : undefined;
}

function attngan(shapes: Shapes): AttnganPart | undefined {
  const fc = gatedFirstLayer(shapes);
  const condition = conditioning(shapes, 'ca_net', 4);
  const wordDim = shapes.size('h_net2.att.conv_context.weight', 1);
  if (fc === undefined || condition === undefined || wordDim === undefined) return undefined;
  return {
    kind: 'generator',
    architecture: 'attngan',
    ...condition,
    wordDim,
    zDim: fc.inputs - condition.conditionDim,
    baseWidth: fc.baseWidth,
    residualBlocks: shapes.count('h_net2.residual.', '.'),
    branches: shapes.count('h_net', '.', 1),
    images: shapes.hasBelow('img_net.') ? 'last' : 'every',
  };
}

function stackganPlusPlus(shapes: Shapes): StackganPlusPlusPart | undefined {
  const fc = gatedFirstLayer(shapes);
  if (fc === undefined) return undefined;
  const text = conditioning(shapes, 'ca_net', 4);
  return {
    kind: 'generator',
    architecture: 'stackgan-pp',
    text,
    zDim: fc.inputs - (text?.conditionDim ?? 0),
    baseWidth: fc.baseWidth,
    residualBlocks: shapes.count('h_net2.residual.', '.'),
    branches: shapes.count('h_net', '.', 1),
  };
}

function stage1(shapes: Shapes, prefix: string): Stage1Part | undefined {
  const rows = shapes.size(`${prefix}fc.0.weight`, 0);
  const inputs = shapes.size(`${prefix}fc.0.weight`, 1);
  const condition = conditioning(shapes, `${prefix}ca_net`, 2);
  if (rows === undefined || inputs === undefined || condition === undefined) return undefined;
  const zDim = inputs - condition.conditionDim;
  return {
    kind: 'generator',
    architecture: 'stackgan',
    stage: 1,
    ...condition,
    zDim,
    baseWidth: rows / STAGE1_ROWS,
  };
}

function stage2(shapes: Shapes): Stage2Part | undefined {
  const condition = conditioning(shapes, 'ca_net', 2);
  const inner = stage1(shapes, 'STAGE1_G.');
  const baseWidth = shapes.size('encoder.0.weight', 0);
  if (condition === undefined || inner === undefined || baseWidth === undefined) return undefined;
  const residualBlocks = shapes.count('residual.', '.');
  return {
    kind: 'generator',
    architecture: 'stackgan',
    stage: 2,
    stage1: inner,
    ...condition,
    baseWidth,
    residualBlocks,
  };
}

function gatedFirstLayer(shapes: Shapes): { baseWidth: number; inputs: number } | undefined {
  const rows = shapes.size('h_net1.fc.0.weight', 0);
  const inputs = shapes.size('h_net1.fc.0.weight', 1);
  return rows === undefined || inputs === undefined ? undefined : { baseWidth: rows / GATED_ROWS, inputs };
}

/** @param rowsPerDim rows of the linear layer for each number of the condition: mean and log variance, doubled by gates. */
function conditioning(
  shapes: Shapes,
  name: string,
  rowsPerDim: number,
): { sentenceDim: number; conditionDim: number } | undefined {
  const rows = shapes.size(`${name}.fc.weight`, 0);
  const sentenceDim = shapes.size(`${name}.fc.weight`, 1);
  if (rows === undefined || sentenceDim === undefined) return undefined;
  return { sentenceDim, conditionDim: rows / rowsPerDim };
}
