import { batchNormNames, convName, linearBiasNames, linearName, type OfficialName } from './official-name.js';

/** `conditioningAugmentation` (`CA_NET`). */
export function conditioningNames(ours: string, official: string): OfficialName[] {
  return linearBiasNames(`${ours}/fc`, `${official}.fc`);
}

/** `initialStage` (`INIT_STAGE_G`). */
export function initialStageNames(ours: string, official: string): OfficialName[] {
  return [
    linearName(`${ours}/fc`, `${official}.fc.0`),
    ...batchNormNames(`${ours}/fc_bn`, `${official}.fc.1`),
    ...[1, 2, 3, 4].flatMap((level) =>
      upBlockNames(`${ours}/upsample${level}`, `${official}.upsample${level}`),
    ),
  ];
}

/** `upBlock`: number 0 of the official block is the up-sampling. */
export function upBlockNames(ours: string, official: string): OfficialName[] {
  return normalisedConvNames(ours, official, 1);
}

/** `convBlock` (`Block3x3_relu`, `Block3x3_leakRelu`) and `discriminatorConv` (`downBlock`). */
export function convBlockNames(ours: string, official: string): OfficialName[] {
  return normalisedConvNames(ours, official, 0);
}

/** A row of residual blocks: ours are numbered after the name, `ours0`, `ours1`; official `official.0`. */
export function residualBlockNames(ours: string, official: string, count: number): OfficialName[] {
  return Array.from({ length: count }, (_, block) => [
    ...normalisedConvNames(`${ours}${block}/first`, `${official}.${block}.block`, 0),
    ...normalisedConvNames(`${ours}${block}/second`, `${official}.${block}.block`, 3),
  ]).flat();
}

/** Convolution without bias and batch normalisation, numbers `first` and `first + 1` of an official sequence. */
function normalisedConvNames(ours: string, official: string, first: number): OfficialName[] {
  return [
    convName(`${ours}/conv`, `${official}.${first}`),
    ...batchNormNames(`${ours}/bn`, `${official}.${first + 1}`),
  ];
}
