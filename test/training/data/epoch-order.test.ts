import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { EpochOrder } from '../../../src/training/data/epoch-order.js';

const order = () => new EpochOrder(10, 3, (epoch) => new RandomStream(7, epoch));

describe('EpochOrder', () => {
  it('shows each picture at most once an epoch, in another order each time', () => {
    const one = order();
    const epochs = [0, 1].map((epoch) => [1, 2, 3].flatMap((step) => one.indicesAt(3 * epoch + step)));
    for (const seen of epochs) expect(new Set(seen).size).toBe(9);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(one.epochOf(3)).toBe(0);
    expect(one.epochOf(4)).toBe(1);
  });

  it('finds the pictures of a step without those before it', () => {
    const whole = order();
    const steps = [1, 2, 3, 4, 5].map((step) => whole.indicesAt(step));
    expect(order().indicesAt(5)).toEqual(steps[4]);
  });
});
