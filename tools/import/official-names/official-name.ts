/**
 * How one of our weights lies in an official state dict.
 * - `same`: alike in both.
 * - `linear`: ours `[in, out]`, official `(out, in)`.
 * - `convolution`: ours `[...window, in, out]`, official `(out, in, ...window)`; the window has one side or two.
 * - `pointwise`: ours `[in, out]`, official `(out, in, 1, 1)`: a convolution 1×1 that is a linear layer here.
 */
export type OfficialLayout = 'same' | 'linear' | 'convolution' | 'pointwise';

/** One weight by both of its names. The rows of a model serve both ways: official to ours, and ours to official. */
export interface OfficialName {
  /** `layer/weight`, as `variablesOf(model)` gives it. */
  ours: string;
  /** Key of the official state dict, without the `module.` of DataParallel. */
  official: string;
  layout: OfficialLayout;
  /**
   * A second official tensor that is added to the first: PyTorch's LSTM has two biases, of which only the sum
   * matters. On the way back the first one gets our weight, this one zeros.
   */
  addend?: string;
}

/** The four weights of batch normalisation, running statistics included. */
export function batchNormNames(ours: string, official: string): OfficialName[] {
  return [
    { ours: `${ours}/gamma`, official: `${official}.weight`, layout: 'same' },
    { ours: `${ours}/beta`, official: `${official}.bias`, layout: 'same' },
    { ours: `${ours}/moving_mean`, official: `${official}.running_mean`, layout: 'same' },
    { ours: `${ours}/moving_variance`, official: `${official}.running_var`, layout: 'same' },
  ];
}

/** The kernel of a convolution without bias; `convBiasNames` for one with a bias. */
export function convName(ours: string, official: string): OfficialName {
  return { ours: `${ours}/kernel`, official: `${official}.weight`, layout: 'convolution' };
}

/** Kernel and bias of a convolution. */
export function convBiasNames(ours: string, official: string): OfficialName[] {
  return [convName(ours, official), biasName(ours, official)];
}

/** The kernel of a linear layer without bias; `linearBiasNames` for one with a bias. */
export function linearName(ours: string, official: string): OfficialName {
  return { ours: `${ours}/kernel`, official: `${official}.weight`, layout: 'linear' };
}

/** Kernel and bias of a linear layer. */
export function linearBiasNames(ours: string, official: string): OfficialName[] {
  return [linearName(ours, official), biasName(ours, official)];
}

/** The kernel of a convolution 1×1 without bias that is a linear layer here. */
export function pointwiseName(ours: string, official: string): OfficialName {
  return { ours: `${ours}/kernel`, official: `${official}.weight`, layout: 'pointwise' };
}

/** The rows of an embedding. */
export function embeddingName(ours: string, official: string): OfficialName {
  return { ours: `${ours}/embeddings`, official: `${official}.weight`, layout: 'same' };
}

/**
 * One direction of an LSTM layer (`LstmDirection`).
 * @param suffix what PyTorch puts after the weights' names, such as `_l0` and `_l0_reverse`.
 */
export function lstmNames(ours: string, official: string, suffix: string): OfficialName[] {
  return [
    { ours: `${ours}/kernel`, official: `${official}.weight_ih${suffix}`, layout: 'linear' },
    { ours: `${ours}/recurrent_kernel`, official: `${official}.weight_hh${suffix}`, layout: 'linear' },
    {
      ours: `${ours}/bias`,
      official: `${official}.bias_ih${suffix}`,
      addend: `${official}.bias_hh${suffix}`,
      layout: 'same',
    },
  ];
}

/** The same rows below a prefix on either side: `ours` joined with a slash, `official` with a dot. */
export function prefixNames(
  names: readonly OfficialName[],
  prefix: { ours?: string; official?: string },
): OfficialName[] {
  const { ours, official } = prefix;
  const below = (name: string) => (official === undefined ? name : `${official}.${name}`);
  return names.map((name) => ({
    ...name,
    ours: ours === undefined ? name.ours : `${ours}/${name.ours}`,
    official: below(name.official),
    ...(name.addend === undefined ? {} : { addend: below(name.addend) }),
  }));
}

function biasName(ours: string, official: string): OfficialName {
  return { ours: `${ours}/bias`, official: `${official}.bias`, layout: 'same' };
}
