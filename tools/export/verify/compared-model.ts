import type { ConvertedModel } from '../convert.js';
import type { Graph } from '../graph/graph.js';

/** What is compared of a converted model. */
export interface ComparedModel
  extends Pick<ConvertedModel, 'trace' | 'appliedPasses' | 'precision' | 'opset'> {
  /** The ONNX file, or its path. */
  readonly bytes: Uint8Array | string;
  /** The graph with its weights in full; not needed where the file has them so. */
  readonly exactGraph?: Graph;
}
