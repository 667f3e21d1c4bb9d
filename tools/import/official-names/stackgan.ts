import {
  batchNormNames,
  convBiasNames,
  convName,
  linearBiasNames,
  linearName,
  type OfficialName,
  prefixNames,
} from './official-name.js';

/** `STAGE1_G` of the official PyTorch code. */
export function stage1GeneratorNames(): OfficialName[] {
  return [
    ...linearBiasNames('ca_net/fc', 'ca_net.fc'),
    linearName('fc', 'fc.0'),
    ...batchNormNames('fc_bn', 'fc.1'),
    ...upsamplingNames(),
    convName('img', 'img.0'),
  ];
}

/** `STAGE2_G` of the official PyTorch code without the Stage-I inside it. */
export function stage2GeneratorNames(residualBlocks: number): OfficialName[] {
  return [
    ...linearBiasNames('ca_net/fc', 'ca_net.fc'),
    convName('encode0/conv', 'encoder.0'),
    ...convBlockNames('encode1', 'encoder', 2),
    ...convBlockNames('encode2', 'encoder', 5),
    ...convBlockNames('joint', 'hr_joint', 0),
    ...Array.from({ length: residualBlocks }, (_, block) => [
      ...convBlockNames(`residual${block}/first`, `residual.${block}.block`, 0),
      ...convBlockNames(`residual${block}/second`, `residual.${block}.block`, 3),
    ]).flat(),
    ...upsamplingNames(),
    convName('img', 'img.0'),
  ];
}

/** `STAGE2_G` whole; ours are prefixed by the names of the two models, `stage1_generator` and `stage2_generator`. */
export function bothStagesNames(residualBlocks: number): OfficialName[] {
  return [
    ...prefixNames(stage1GeneratorNames(), { ours: 'stage1_generator', official: 'STAGE1_G' }),
    ...prefixNames(stage2GeneratorNames(residualBlocks), { ours: 'stage2_generator' }),
  ];
}

/** `STAGE1_D`: backbone and conditional head, ours without prefix. */
export function stage1DiscriminatorNames(): OfficialName[] {
  return [...stridedNames(4), ...conditionalHeadNames()];
}

/** `STAGE2_D`: backbone and both heads, ours without prefix. */
export function stage2DiscriminatorNames(): OfficialName[] {
  return [
    ...stridedNames(6),
    ...convBlockNames('reduce4', 'encode_img', 17),
    ...convBlockNames('reduce3', 'encode_img', 20),
    ...conditionalHeadNames(),
    ...convBiasNames('unconditional/out', 'get_uncond_logits.outlogits.0'),
  ];
}

/** The convolutions that halve the side; every one but the first is followed by batch normalisation and leaky ReLU. */
function stridedNames(levels: number): OfficialName[] {
  const further = Array.from({ length: levels - 1 }, (_, index) =>
    convBlockNames(`encode${index + 1}`, 'encode_img', 3 * index + 2),
  );
  return [convName('encode0/conv', 'encode_img.0'), ...further.flat()];
}

function conditionalHeadNames(): OfficialName[] {
  return [
    ...convBlockNames('conditional/joint', 'get_cond_logits.outlogits', 0),
    ...convBiasNames('conditional/out', 'get_cond_logits.outlogits.3'),
  ];
}

/** The first place of a doubling is the resizing, which has no weights. */
function upsamplingNames(): OfficialName[] {
  return [1, 2, 3, 4].flatMap((level) => convBlockNames(`upsample${level}`, `upsample${level}`, 1));
}

/** A convolution at place `index` of an official `Sequential`, and the batch normalisation behind it. */
function convBlockNames(ours: string, official: string, index: number): OfficialName[] {
  return [
    convName(`${ours}/conv`, `${official}.${index}`),
    ...batchNormNames(`${ours}/bn`, `${official}.${index + 1}`),
  ];
}
