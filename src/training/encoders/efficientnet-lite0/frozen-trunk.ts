import * as tf from '@tensorflow/tfjs';
import { variablesOf } from '../../weights/named-variables.js';
import { type BlockPlan, blockPlans, NORM_EPSILON, REGIONS_BLOCK } from './architecture.js';

/** A convolution with the batch normalisation behind it folded in. */
interface FoldedConv {
  kernel: tf.Tensor4D;
  /** `[filters]` */
  bias: tf.Tensor1D;
}

interface FoldedBlock {
  plan: BlockPlan;
  /** Undefined for a block that is not widened. */
  expand: FoldedConv | undefined;
  depthwise: FoldedConv;
  project: FoldedConv;
}

/**
 * EfficientNet-Lite0 for looking only: every batch normalisation is folded into the convolution before it, and no
 * classifier. Its values are those of `buildEfficientNetLite0` in inference; a pass with its gradient to the
 * pictures takes 0.4 of the time (measured at 128 pixels), which is what counts where a generator learns through it.
 */
export class FrozenTrunk {
  private readonly stem: FoldedConv;
  private readonly blocks: FoldedBlock[];
  private readonly head: FoldedConv;

  /** @param model from `loadEfficientNetLite0`; its weights are copied. */
  constructor(model: tf.LayersModel) {
    const weights = variablesOf(model);
    const fold = (conv: string, norm: string) => foldNormalization(weights, conv, norm);
    this.stem = fold('stem_conv/kernel', 'stem_norm');
    this.blocks = blockPlans().map((plan, index) => ({
      plan,
      expand:
        plan.expansion > 1
          ? fold(`block${index}_expand_conv/kernel`, `block${index}_expand_norm`)
          : undefined,
      depthwise: fold(`block${index}_depthwise_conv/depthwise_kernel`, `block${index}_depthwise_norm`),
      project: fold(`block${index}_project_conv/kernel`, `block${index}_project_norm`),
    }));
    this.head = fold('head_conv/kernel', 'head_norm');
  }

  /**
   * Pictures `[batch, side, side, 3]` in [-1, 1] to the map `[batch, side/16, side/16, 112]` and the pooled vector
   * `[batch, 1280]`. Gradients flow to the pictures.
   */
  apply(images: tf.Tensor4D): { map: tf.Tensor4D; pooled: tf.Tensor2D } {
    // The network was trained on (pixel - 127) / 128.
    let x = relu6(convolve(images.mul(127.5 / 128).add(0.5 / 128), this.stem, 2));
    let map = x;
    for (const [index, block] of this.blocks.entries()) {
      x = runBlock(x, block);
      if (index === REGIONS_BLOCK) map = x;
    }
    return { map, pooled: relu6(convolve(x, this.head, 1)).mean<tf.Tensor2D>([1, 2]) };
  }

  dispose(): void {
    const blocks = this.blocks.flatMap(({ expand, depthwise, project }) => [expand, depthwise, project]);
    for (const conv of [this.stem, this.head, ...blocks]) tf.dispose([conv?.kernel, conv?.bias]);
  }
}

function runBlock(input: tf.Tensor4D, { plan, expand, depthwise, project }: FoldedBlock): tf.Tensor4D {
  const widened = expand === undefined ? input : relu6(convolve(input, expand, 1));
  const filtered = tf.depthwiseConv2d(widened, depthwise.kernel, plan.stride, 'same').add(depthwise.bias);
  const narrowed = convolve(relu6(filtered as tf.Tensor4D), project, 1);
  return plan.stride === 1 && narrowed.shape[3] === input.shape[3] ? narrowed.add(input) : narrowed;
}

function convolve(x: tf.Tensor4D, { kernel, bias }: FoldedConv, strides: number): tf.Tensor4D {
  return tf.conv2d(x, kernel, strides, 'same').add(bias);
}

function relu6(x: tf.Tensor4D): tf.Tensor4D {
  return tf.relu6(x);
}

function foldNormalization(
  weights: ReadonlyMap<string, tf.Variable>,
  conv: string,
  norm: string,
): FoldedConv {
  const weight = (name: string) => {
    const found = weights.get(name);
    if (found === undefined) throw new RangeError(`Expected EfficientNet-Lite0 to have ${name}.`);
    return found;
  };
  const [kernel, bias] = tf.tidy(() => {
    const scale = weight(`${norm}/gamma`).div(weight(`${norm}/moving_variance`).add(NORM_EPSILON).sqrt());
    const shift = weight(`${norm}/beta`).sub(weight(`${norm}/moving_mean`).mul(scale));
    // A depthwise kernel has its channels on the axis before the last.
    const spread = conv.endsWith('/depthwise_kernel') ? scale.reshape([-1, 1]) : scale;
    return [weight(conv).mul(spread) as tf.Tensor4D, shift as tf.Tensor1D];
  });
  return { kernel, bias };
}
