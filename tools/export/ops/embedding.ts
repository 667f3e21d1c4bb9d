import { defineHandler } from '../handler.js';
import { inputShape } from './layer-options.js';

/** `Embedding`: rows of a table, picked by int32 ids of any shape. With `maskZero`, id 0 is masked. */
export const embeddingHandler = defineHandler({
  layers: ['Embedding'],
  emit: (context) => {
    const weight = context.weight('embeddings');
    return context.node(
      'Gather',
      [context.constant(weight, 'embeddings'), context.cast(context.input(), 'int32')],
      { attributes: { axis: 0 }, shape: [...inputShape(context), weight.shape[1] ?? null] },
    );
  },
  mask: (context) => {
    if (context.config.maskZero !== true) return undefined;
    const ids = context.input();
    const zero = context.cast(context.scalar(0, 'zero'), ids.dataType);
    return context.node('Not', [context.node('Equal', [ids, zero])], { shape: inputShape(context) });
  },
});
