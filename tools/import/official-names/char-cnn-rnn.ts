import { convBiasNames, linearBiasNames, type OfficialName } from './official-name.js';

/**
 * The char-CNN-RNN (`buildCharCnnRnn`). The official code is Torch7 and has no names: these are ours, in PyTorch's manner
 * and layouts. Gates are in the order update, reset, candidate; the update gate is the share of the candidate.
 */
export function characterEncoderNames(): OfficialName[] {
  return [
    ...[1, 2, 3].flatMap((level) => convBiasNames(`conv${level}`, `conv${level}`)),
    { ours: 'recurrence/kernel', official: 'rnn.weight_ih', layout: 'linear' },
    { ours: 'recurrence/recurrent_kernel', official: 'rnn.weight_hh', layout: 'linear' },
    { ours: 'recurrence/bias', official: 'rnn.bias_ih', layout: 'same' },
    { ours: 'recurrence/recurrent_bias', official: 'rnn.bias_hh', layout: 'same' },
    ...linearBiasNames('sentence', 'fc'),
  ];
}
