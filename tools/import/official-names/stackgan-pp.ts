import { backboneNames } from './branch-discriminator.js';
import {
  conditioningNames,
  convBlockNames,
  initialStageNames,
  residualBlockNames,
  upBlockNames,
} from './gated-stages.js';
import { convBiasNames, convName, type OfficialName } from './official-name.js';

export interface StackganPlusPlusGeneratorWidths {
  conditional: boolean;
  branches: number;
  /** R_NUM, the residual blocks of stages 2 and 3; stages after them have one. */
  residualBlocks: number;
}

/** The generator of StackGAN++, all stages (`G_NET`). */
export function stackganPlusPlusGeneratorNames(widths: StackganPlusPlusGeneratorWidths): OfficialName[] {
  const { conditional, branches, residualBlocks } = widths;
  const names = conditional ? conditioningNames('ca_net', 'ca_net') : [];
  names.push(...initialStageNames('stage1', 'h_net1'));
  for (let stage = 2; stage <= branches; stage++) {
    const [ours, official] = [`stage${stage}`, `h_net${stage}`];
    names.push(...convBlockNames(`${ours}/joint`, `${official}.jointConv`));
    const blocks = stage <= 3 ? residualBlocks : 1;
    names.push(...residualBlockNames(`${ours}/residual`, `${official}.residual`, blocks));
    names.push(...upBlockNames(`${ours}/upsample`, `${official}.upsample`));
  }
  for (let stage = 1; stage <= branches; stage++) {
    names.push(convName(`stage${stage}/image`, `img_net${stage}.img.0`));
  }
  return names;
}

/**
 * One discriminator of StackGAN++ (`D_NET64` to `D_NET1024`). The official `logits` belong to the conditional head, and
 * without text to the only one.
 */
export function stackganPlusPlusDiscriminatorNames(widths: {
  imageSize: number;
  conditional: boolean;
}): OfficialName[] {
  const backbone = backboneNames(widths.imageSize);
  if (!widths.conditional) return [...backbone, ...convBiasNames('unconditional/out', 'logits.0')];
  return [
    ...backbone,
    ...convBlockNames('conditional/joint', 'jointConv'),
    ...convBiasNames('conditional/out', 'logits.0'),
    ...convBiasNames('unconditional/out', 'uncond_logits.0'),
  ];
}
