import { backboneNames } from './branch-discriminator.js';
import {
  conditioningNames,
  convBlockNames,
  initialStageNames,
  residualBlockNames,
  upBlockNames,
} from './gated-stages.js';
import { convBiasNames, convName, type OfficialName, pointwiseName } from './official-name.js';

export interface AttnganGeneratorWidths {
  branches: number;
  /** R_NUM */
  residualBlocks: number;
  /** `last` for `G_DCGAN`, which has one image head. @default 'every' */
  images?: 'every' | 'last';
}

/** The generator of AttnGAN, all stages (`G_NET`), or of AttnDCGAN (`G_DCGAN`). */
export function attnganGeneratorNames(widths: AttnganGeneratorWidths): OfficialName[] {
  const { branches, residualBlocks, images = 'every' } = widths;
  const names = [...conditioningNames('ca_net', 'ca_net'), ...initialStageNames('stage1', 'h_net1')];
  for (let stage = 2; stage <= branches; stage++) {
    const [ours, official] = [`stage${stage}`, `h_net${stage}`];
    names.push(pointwiseName(`${ours}/words`, `${official}.att.conv_context`));
    names.push(...residualBlockNames(`${ours}/residual`, `${official}.residual`, residualBlocks));
    names.push(...upBlockNames(`${ours}/upsample`, `${official}.upsample`));
  }
  if (images === 'last') return [...names, convName(`stage${branches}/image`, 'img_net.img.0')];
  for (let stage = 1; stage <= branches; stage++) {
    names.push(convName(`stage${stage}/image`, `img_net${stage}.img.0`));
  }
  return names;
}

/** One discriminator of AttnGAN (`D_NET64` to `D_NET256`). */
export function attnganDiscriminatorNames(widths: {
  imageSize: number;
  /** AttnDCGAN has none. @default true */
  unconditionalHead?: boolean;
}): OfficialName[] {
  const { imageSize, unconditionalHead = true } = widths;
  return [
    ...backboneNames(imageSize),
    ...convBlockNames('conditional/joint', 'COND_DNET.jointConv'),
    ...convBiasNames('conditional/out', 'COND_DNET.outlogits.0'),
    ...(unconditionalHead ? convBiasNames('unconditional/out', 'UNCOND_DNET.outlogits.0') : []),
  ];
}
