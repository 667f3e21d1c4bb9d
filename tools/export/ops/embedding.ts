import { defineHandler } from '../handler.js';

/** `Embedding`: rows of a table, picked by int32 ids of any shape. */
export const embeddingHandler = defineHandler({
  layers: ['Embedding'],
  emit: (context) => {
    if (context.config.maskZero === true) throw context.unsupported('maskZero: masks are not converted');
    const table = context.constant(context.weight('embeddings'), 'embeddings');
    return context.node('Gather', [table, context.cast(context.input(), 'int32')], {
      attributes: { axis: 0 },
    });
  },
});
