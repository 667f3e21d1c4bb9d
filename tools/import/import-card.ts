import { describeGenerator } from './describe-generator.js';
import type { GeneratorPart } from './detect/parts.js';
import type { Compatibility } from './models/build-generator.js';
import type { FileRecord } from './weight-source.js';

export interface ImportCardContent {
  name: string;
  part: GeneratorPart;
  dataset: string | undefined;
  files: readonly FileRecord[];
  compat: Compatibility;
  example: string | undefined;
}

/** The card of an imported bundle: what it was made from. */
export function importCard({ name, part, dataset, files, compat, example }: ImportCardContent): string {
  const rows = files.map(({ name: file, bytes, sha256 }) => `| ${file} | ${bytes} | \`${sha256}\` |`);
  const mask =
    part.architecture === 'attngan'
      ? `\n- Attention mask: ${compat === 'official' ? 'as in the official code, which masks by the wrong captions of a batch' : 'corrected, each caption by its own length'}.`
      : '';
  return `# ${name}

${describeGenerator(part)} Imported by wordbrush from weights of others; their licence is that of their source.

- Data: ${dataset ?? 'unknown, the sizes are those of no official release'}.${mask}

| File | Bytes | SHA-256 |
|---|---|---|
${rows.join('\n')}
${example === undefined ? '' : `\nA text of its data: "${example}".\n`}`;
}
