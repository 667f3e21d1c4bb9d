import { embeddingName, lstmNames, type OfficialName } from './official-name.js';

/** The bi-LSTM text encoder of AttnGAN (`buildBiLstm`; `RNN_ENCODER` of the official code). */
export function textEncoderNames(): OfficialName[] {
  return [
    embeddingName('embedding', 'encoder'),
    ...lstmNames('forward', 'rnn', '_l0'),
    ...lstmNames('backward', 'rnn', '_l0_reverse'),
  ];
}
