import { createHash } from 'node:crypto';

export type Split = 'train' | 'test';

const TEST_SHARE = 10;

/**
 * The split of a picture by its name: a tenth is held out for testing. It depends on the name alone, so that adding
 * or removing other pictures never moves one from one side to the other.
 * @param name the path within the data set, with forward slashes.
 */
export function splitByName(name: string): Split {
  const hash = createHash('sha256').update(name).digest().readUInt32BE(0);
  return hash % TEST_SHARE === 0 ? 'test' : 'train';
}
