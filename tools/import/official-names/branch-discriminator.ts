import { convBlockNames } from './gated-stages.js';
import { batchNormNames, convName, type OfficialName } from './official-name.js';

/**
 * The backbone of `D_NET64` to `D_NET1024`, which StackGAN++ and AttnGAN share, with batch normalisation: `img_code_s16`,
 * then a strided block a doubling (`img_code_s32`, ...), then the blocks that narrow the channels again
 * (`img_code_s64_1`, `img_code_s64_2`).
 * @param imageSize 64 times a power of two.
 */
export function backboneNames(imageSize: number): OfficialName[] {
  const doublings = Math.log2(imageSize / 4);
  const names = [convName('encode0/conv', 'img_code_s16.0')];
  for (const level of [1, 2, 3]) {
    // Each of the first blocks is three numbers of one sequence, the very first two.
    names.push(convName(`encode${level}/conv`, `img_code_s16.${3 * level - 1}`));
    names.push(...batchNormNames(`encode${level}/bn`, `img_code_s16.${3 * level}`));
  }
  for (let level = 4; level < doublings; level++) {
    names.push(...convBlockNames(`encode${level}`, `img_code_s${2 ** (level + 1)}`));
  }
  const smallest = 2 ** doublings;
  for (let level = doublings - 2; level >= 3; level--) {
    names.push(...convBlockNames(`reduce${level}`, `img_code_s${smallest}_${doublings - 1 - level}`));
  }
  return names;
}
