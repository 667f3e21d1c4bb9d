import { reasonOf, WordbrushError } from '../../../sdk/errors.js';

export type Hyparquet = typeof import('hyparquet');
type Compressors = typeof import('hyparquet-compressors')['compressors'];

/**
 * The package that reads Parquet, which only who has Parquet files needs.
 * @param load replaced in tests.
 * @throws WordbrushError PACKAGE_MISSING
 */
export async function loadHyparquet(load = () => import('hyparquet')): Promise<Hyparquet> {
  return await load().catch((cause: unknown) => {
    throw missing('hyparquet', 'reads Parquet files', 'hyparquet@1', cause);
  });
}

/**
 * Decompressors of all codecs but Snappy, which hyparquet has itself.
 * @param load replaced in tests.
 * @throws WordbrushError PACKAGE_MISSING
 */
export async function loadCompressors(
  codec: string,
  load = () => import('hyparquet-compressors'),
): Promise<Compressors> {
  const { compressors } = await load().catch((cause: unknown) => {
    throw missing(
      'hyparquet-compressors',
      `reads Parquet compressed by ${codec}`,
      'hyparquet-compressors@1',
      cause,
    );
  });
  return compressors;
}

function missing(name: string, purpose: string, wanted: string, cause: unknown): WordbrushError {
  const message = `Expected the package ${name}, which ${purpose}; it does not load: ${reasonOf(cause)}.`;
  return new WordbrushError('PACKAGE_MISSING', message, {
    hint: `Run: npm install ${wanted}.`,
    cause,
    details: { package: name },
  });
}
