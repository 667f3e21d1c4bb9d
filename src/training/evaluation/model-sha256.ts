import { createHash } from 'node:crypto';
import type { Manifest } from '../../sdk/bundle/index.js';

/** Which model numbers are of: the hash of a bundle's files, graphs and vocabulary, and not its card. */
export function modelSha256({ files, card }: Pick<Manifest, 'files' | 'card'>): string {
  const hashes = Object.entries(files)
    .filter(([path]) => path !== card)
    .map(([path, { sha256 }]) => `${path} ${sha256}`);
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}
