import { convName, linearBiasNames, type OfficialName } from './official-name.js';

/** The two heads of DAMSM's image encoder (`buildImageHeads`; `emb_features` and `emb_cnn_code` of `CNN_ENCODER`). */
export function imageHeadNames(): OfficialName[] {
  return [convName('regions', 'emb_features'), ...linearBiasNames('code', 'emb_cnn_code')];
}
