import type { GeneratorPart } from './detect/parts.js';

/** A generator's architecture and sizes in one sentence. */
export function describeGenerator(part: GeneratorPart): string {
  switch (part.architecture) {
    case 'attngan': {
      const { branches, baseWidth, residualBlocks, conditionDim, zDim, sentenceDim, images } = part;
      const kind = images === 'last' ? 'AttnDCGAN' : 'AttnGAN';
      return `${kind}: ${branches} stages up to ${sideOf(branches)} pixels, width ${baseWidth}, ${residualBlocks} residual blocks, sentence ${sentenceDim}, condition ${conditionDim}, noise ${zDim}.`;
    }
    case 'stackgan-pp': {
      const { branches, baseWidth, residualBlocks, zDim, text } = part;
      const reads =
        text === undefined ? 'without text' : `sentence ${text.sentenceDim}, condition ${text.conditionDim}`;
      return `StackGAN++: ${branches} stages up to ${sideOf(branches)} pixels, width ${baseWidth}, ${residualBlocks} residual blocks, ${reads}, noise ${zDim}.`;
    }
    case 'stackgan': {
      const { sentenceDim, conditionDim, baseWidth } = part;
      const text = `sentence ${sentenceDim}, condition ${conditionDim}`;
      if (part.stage === 1)
        return `StackGAN, Stage-I alone: 64 pixels, width ${baseWidth}, ${text}, noise ${part.zDim}.`;
      return `StackGAN: 64 and 256 pixels, width ${baseWidth}, ${part.residualBlocks} residual blocks, ${text}, noise ${part.stage1.zDim}.`;
    }
  }
}

function sideOf(branches: number): number {
  return 64 * 2 ** (branches - 1);
}
