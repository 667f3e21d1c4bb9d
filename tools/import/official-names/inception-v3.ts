import { convolutionPlans } from '../../../src/training/encoders/inception-v3/plans.js';
import { batchNormNames, convName, type OfficialName } from './official-name.js';

/** Inception-v3 without its classifiers (`buildInceptionV3`; torchvision's `inception_v3`, the trunk of `CNN_ENCODER`). */
export function inceptionV3Names(): OfficialName[] {
  return convolutionPlans().flatMap(({ name }) => {
    const official = name.replaceAll('/', '.');
    return [convName(`${name}/conv`, `${official}.conv`), ...batchNormNames(`${name}/bn`, `${official}.bn`)];
  });
}
