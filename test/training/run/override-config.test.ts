import { describe, expect, it } from 'vitest';
import { assignmentsAsObject, overlaid } from '../../../src/training/run/config/override-config.js';

describe('overlaid', () => {
  it('replaces fields, object by object, and leaves the rest', () => {
    const base = { steps: 5, stage2: { batchSize: 4, loss: 'bce' }, sizes: [1, 2] };
    expect(overlaid(base, { stage2: { batchSize: 8 }, sizes: [3] })).toEqual({
      steps: 5,
      stage2: { batchSize: 8, loss: 'bce' },
      sizes: [3],
    });
    expect(overlaid(base, { stage2: null })).toEqual({ steps: 5, stage2: null, sizes: [1, 2] });
  });

  it('replaces an object of another kind whole', () => {
    const base = { textEncoder: { kind: 'damsm', sentenceDim: 4, steps: 9 } };
    const vectors = { kind: 'vectors', sentenceDim: 3 };
    expect(overlaid(base, { textEncoder: vectors })).toEqual({ textEncoder: vectors });
    expect(overlaid(base, { textEncoder: { kind: 'damsm', steps: 1 } })).toEqual({
      textEncoder: { kind: 'damsm', sentenceDim: 4, steps: 1 },
    });
  });
});

describe('assignmentsAsObject', () => {
  it('reads values as JSON, or as text where they are none', () => {
    expect(
      assignmentsAsObject(['stage2.batchSize=8', 'stage2.loss=hinge', 'flip=true', 'text=null', 'a=b=c']),
    ).toEqual({ stage2: { batchSize: 8, loss: 'hinge' }, flip: true, text: null, a: 'b=c' });
    expect(assignmentsAsObject([])).toEqual({});
  });

  it.each(['steps', '=5', 'a..b=1', ''])('refuses %s', (assignment) => {
    expect(() => assignmentsAsObject([assignment])).toThrow(/Expected --set/);
  });
});
